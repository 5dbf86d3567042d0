import type { LaneOutcome } from "../core/ports/job-queue.ts";
import type { ClaimedNode, ClaimNodeOutcome } from "../core/ports/worker-store.ts";
import type { DispatchPlan } from "../core/run/dispatch-plan.ts";
import type { LaneJob, LaneRef } from "../core/run/job-ref.ts";
import { executeNode } from "./execute-node.ts";
import { findNextStep } from "./next-step.ts";
import type { RunFacts } from "./run-cache.ts";
import type { StrandCrew } from "./strand-crew.ts";
import type { WorkerContext } from "./worker-context.ts";

/** A claim that was asked for. */
export interface AskedClaim {
  readonly token: string;
  readonly answer: Promise<ClaimNodeOutcome>;
}

export interface Strand {
  readonly job: LaneJob;
  /** The strand as the store knows it. */
  readonly lane: LaneRef;
  /** Aborted when the lane is lost. */
  readonly signal: AbortSignal;
  /** Whether the process is to stop. */
  readonly isStopping: () => boolean;
  /** Whether to take over the node that the strand held when an earlier process died with it. */
  readonly takeOver: boolean;
  readonly crew: StrandCrew;
  /** Its first claim, if that has been asked for. */
  readonly asked: AskedClaim | undefined;
}

/** How a strand ends: as its lane may; or having completed a level; or with the next level entered along with that. */
export type StrandEnd =
  | LaneOutcome
  | { readonly kind: "completed-level"; readonly facts: RunFacts; readonly level: number }
  | { readonly kind: "entered"; readonly plan: DispatchPlan; readonly asked: AskedClaim };

/**
 * Takes nodes from a level's list, one after another, until none is left. The first claim also takes over the node that the strand held
 * when an earlier process died with it; each later one travels with the commit before it.
 */
export async function runStrand(context: WorkerContext, strand: Strand): Promise<StrandEnd> {
  let { asked } = strand;
  for (let isFirst = true; ; isFirst = false) {
    if (!(await context.slots.acquire())) return { kind: "hand-back" };
    let end: StrandEnd;
    try {
      end = await takeNodes(context, strand, asked, strand.takeOver && isFirst);
    } finally {
      context.slots.release();
    }
    asked = undefined;
    if (end.kind !== "wait" || strand.isStopping()) return end;
    // What is due later is this strand's to do; as long as others are at work the lane stays, so it can wait for it here.
    if (await strand.crew.rest(end.delayMs)) return end;
  }
}

async function takeNodes(
  context: WorkerContext,
  strand: Strand,
  first: AskedClaim | undefined,
  takeOver: boolean,
): Promise<StrandEnd> {
  const { lane, signal, isStopping } = strand;
  let asked = first;
  let completed: Extract<StrandEnd, { kind: "completed-level" }> | undefined;
  for (let isFirst = true; ; isFirst = false) {
    if (asked === undefined && isStopping()) return { kind: "hand-back" };
    // Somebody else may have the lane by now; what this process claimed is decided by its tokens.
    if (asked === undefined && signal.aborted) return { kind: "done" };
    const { token, answer } = asked ?? ask(context, lane, isFirst && takeOver);
    asked = undefined;
    const claimed = await answer;
    switch (claimed.kind) {
      case "claimed": {
        const following = await prepareFollowing(context, strand, claimed);
        const end = await executeNode(context, lane, claimed, { token, laneSignal: signal, onCommit: following.ask });
        if (end.kind === "failed-run") return { kind: "fail", message: end.message };
        if (end.kind === "hand-back") return { kind: "wait", delayMs: end.delayMs };
        if (end.kind === "completed-level") completed = { ...end, level: claimed.level };
        asked = following.asked();
        if (asked !== undefined && end.kind === "completed-level" && following.plan !== undefined) {
          return { kind: "entered", plan: following.plan, asked };
        }
        break;
      }
      case "wait":
        return claimed;
      case "drained":
        return completed ?? { kind: "done" };
      case "stopped":
      case "superseded":
        return { kind: "done" };
    }
  }
}

/** What is asked for right behind a commit. */
interface Following {
  readonly ask: () => void;
  readonly asked: () => AskedClaim | undefined;
  /** Of the next level, if that is entered before the claim. */
  readonly plan: DispatchPlan | undefined;
}

/** The next claim travels with the commit; and if that completes a level of one node, the next level is entered in between. */
async function prepareFollowing(context: WorkerContext, strand: Strand, claimed: ClaimedNode): Promise<Following> {
  const { job, lane, signal, isStopping } = strand;
  const plan = await planBehind(context, job, claimed);
  let asked: AskedClaim | undefined;
  return {
    plan,
    asked: () => asked,
    ask: () => {
      if (isStopping() || signal.aborted) return;
      if (plan !== undefined) context.store.enterLevel({ lane: job, epoch: claimed.epoch, plan }).catch(() => undefined);
      asked = ask(context, plan === undefined ? lane : job, false);
    },
  };
}

/** The plan of the level behind a node that is alone in its level, if this lane goes on with it. */
async function planBehind(
  context: WorkerContext,
  job: LaneJob,
  { epoch, level }: ClaimedNode,
): Promise<DispatchPlan | undefined> {
  const facts = await context.runs.get({ runId: job.runId, epoch });
  if (facts?.plan.levels[level]?.length !== 1) return undefined;
  const step = await findNextStep(context, facts, job, level);
  return step.kind === "enter" ? step.plan : undefined;
}

function ask({ store, settings, newToken }: WorkerContext, lane: LaneRef, takeOver: boolean): AskedClaim {
  const token = newToken();
  const answer = store.claimNode({ lane, token, worker: settings.worker, takeOver });
  // Of a commit that fails, nobody looks at the claim that went with it: the lane comes again and takes it over.
  answer.catch(() => undefined);
  return { token, answer };
}
