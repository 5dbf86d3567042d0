import type { LaneOutcome } from "../core/ports/job-queue.ts";
import type { ClaimedNode, ClaimNodeOutcome, FinishRunOutcome } from "../core/ports/worker-store.ts";
import type { DispatchPlan } from "../core/run/dispatch-plan.ts";
import { strandOf, type LaneJob, type LaneRef } from "../core/run/job-ref.ts";
import { executeNode } from "./execute-node.ts";
import { findNextStep, type NextStep } from "./next-step.ts";
import type { RunFacts } from "./run-cache.ts";
import type { StrandCrew } from "./strand-crew.ts";
import type { WorkerContext } from "./worker-context.ts";

/** A claim that was asked for. It comes with a place for the node. */
export interface AskedClaim {
  readonly token: string;
  /** The strand that it is for. */
  readonly lane: LaneRef;
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

/** How a strand ends: as its lane may; or having completed a level; or with the next level entered, or the run finished, along with that. */
export type StrandEnd =
  | LaneOutcome
  | { readonly kind: "completed-level"; readonly facts: RunFacts; readonly level: number }
  | { readonly kind: "entered"; readonly plan: DispatchPlan; readonly asked: readonly AskedClaim[] }
  | { readonly kind: "finished-run" };

/**
 * Takes nodes from a level's list, one after another, until none is left. The first claim also takes over the node that the strand held
 * when an earlier process died with it; each later one travels with the commit before it.
 */
export async function runStrand(context: WorkerContext, strand: Strand): Promise<StrandEnd> {
  let { asked } = strand;
  for (let isFirst = true; ; isFirst = false) {
    if (asked === undefined && !(await strand.crew.findPlace(context.slots)))
      return { kind: strand.crew.hasMore ? "hand-back" : "done" };
    let end: StrandEnd | undefined;
    try {
      end = await takeNodes(context, strand, asked, strand.takeOver && isFirst);
    } finally {
      // The place goes on with what was asked for in it.
      if (end?.kind !== "entered") context.slots.release();
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
  const { signal, isStopping, crew } = strand;
  const asked = first === undefined ? [] : [first];
  let completed: Extract<StrandEnd, { kind: "completed-level" }> | undefined;
  for (let isFirst = true; ; isFirst = false) {
    if (asked.length === 0 && !crew.hasMore) return completed ?? { kind: "done" };
    if (asked.length === 0 && isStopping()) return { kind: "hand-back" };
    // Somebody else may have the lane by now; what this process claimed is decided by its tokens.
    if (asked.length === 0 && signal.aborted) return { kind: "done" };
    const { token, lane, answer } = asked.shift() ?? ask(context, strand.lane, isFirst && takeOver);
    const claimed = await answer;
    // Asked for another strand, in a level that is not entered after all: there is nothing for that one, and what it holds it looks after.
    if (claimed.kind !== "claimed" && lane.lane !== strand.lane.lane) continue;
    switch (claimed.kind) {
      case "claimed": {
        const following = prepareFollowing(context, strand, claimed, await stepBehind(context, strand, claimed));
        const hold = { token, laneSignal: signal, onCommit: following.ask };
        const end = await executeNode(context, lane, claimed, hold).catch((error: unknown) => {
          for (const _ of following.asked.slice(1)) context.slots.release();
          throw error;
        });
        if (end.kind !== "committed" && end.kind !== "completed-level") crew.forget();
        if (end.kind === "failed-run") return { kind: "fail", message: end.message };
        if (end.kind === "hand-back") return { kind: "wait", delayMs: end.delayMs };
        if (end.kind === "completed-level") {
          completed = { ...end, level: claimed.level };
          if (await following.isRunOver()) return { kind: "finished-run" };
          if (following.plan !== undefined) return { kind: "entered", plan: following.plan, asked: following.asked };
        }
        asked.push(...following.asked);
        // Should the level not be over after all, what was asked for other strands is done here, one after another.
        for (const _ of following.asked.slice(1)) context.slots.release();
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
  /** Claims: the strand's next one or, with a plan, those of as many strands as there are places for. */
  readonly asked: AskedClaim[];
  /** Of the next level, if that is entered before those claims. */
  readonly plan: DispatchPlan | undefined;
  /** Whether the run was finished along with the commit. */
  isRunOver(): Promise<boolean>;
}

/**
 * The next claim travels with the commit. With the last commit of a level that the lane has to itself travels what follows the level: the
 * next one and its first claims, or the end of the run.
 */
function prepareFollowing(context: WorkerContext, strand: Strand, claimed: ClaimedNode, step: NextStep | undefined): Following {
  const { store } = context;
  const { job, lane, signal, isStopping, crew } = strand;
  const { epoch, level } = claimed;
  const asked: AskedClaim[] = [];
  let plan: DispatchPlan | undefined;
  let finishing: Promise<FinishRunOutcome> | undefined;
  return {
    asked,
    get plan() {
      return plan;
    },
    isRunOver: async () => (await finishing)?.kind === "finished",
    ask: () => {
      const isLast = crew.commits();
      if (isStopping() || signal.aborted) return;
      if (isLast && step?.kind === "finish") {
        finishing = store.finishRun({ runId: job.runId, epoch, outcome: "completed", behindLevel: level });
        finishing.catch(() => undefined);
      } else if (isLast && step?.kind === "enter") {
        ({ plan } = step);
        store.enterLevel({ lane: job, epoch, plan }).catch(() => undefined);
        const count = 1 + context.slots.take(plan.strands - 1);
        for (let number = 0; number < count; number += 1) asked.push(ask(context, strandOf(job, number), false));
      } else if (crew.hasMore) {
        asked.push(ask(context, lane, false));
      }
    },
  };
}

/**
 * What follows the level, if it can be asked for along with the level's last commit. A level of one node is its lane's alone. Known at once for
 * all nodes of a level but its first.
 */
function stepBehind(
  context: WorkerContext,
  { job, crew }: Strand,
  { epoch, level }: ClaimedNode,
): NextStep | undefined | Promise<NextStep | undefined> {
  const run = { runId: job.runId, epoch };
  const find = (facts: RunFacts | undefined): NextStep | undefined | Promise<NextStep> => {
    if (facts === undefined) return undefined;
    if (facts.plan.levels[level]?.length === 1) crew.expect(1);
    crew.claimed();
    return crew.nextStep(() => findNextStep(context, facts, { lane: job, level, isOver: false }));
  };
  const known = context.runs.peek(run);
  return known === undefined ? context.runs.get(run).then(find) : find(known);
}

function ask({ store, settings, newToken }: WorkerContext, lane: LaneRef, takeOver: boolean): AskedClaim {
  const token = newToken();
  const answer = store.claimNode({ lane, token, worker: settings.worker, takeOver });
  // Of a commit that fails, nobody looks at the claim that went with it: the lane comes again and takes it over.
  answer.catch(() => undefined);
  return { token, lane, answer };
}
