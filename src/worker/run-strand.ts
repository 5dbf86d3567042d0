import type { LaneOutcome } from "../core/ports/job-queue.ts";
import type { ClaimedNode, FinishRunOutcome } from "../core/ports/worker-store.ts";
import type { LaneRef } from "../core/run/job-ref.ts";
import { askClaim, askLevel, releasePlaces, type AskedClaim } from "./ask-claim.ts";
import { executeNode } from "./execute-node.ts";
import { goOnWith, keepsPlace } from "./go-on.ts";
import { entersAtOnce, findNextStep, type NextStep } from "./next-step.ts";
import type { RunFacts } from "./run-cache.ts";
import { mustEnd, runOf, type LaneWork, type Onward } from "./stage.ts";
import type { StrandCrew } from "./strand-crew.ts";
import type { WorkerContext } from "./worker-context.ts";

export interface Strand extends LaneWork {
  /** The strand as the store knows it. */
  readonly lane: LaneRef;
  /** Whether to take over the node that the strand held when an earlier process died with it. */
  readonly takeOver: boolean;
  readonly crew: StrandCrew;
  /** Its first claim, if that has been asked for. */
  readonly asked: AskedClaim | undefined;
  /** Called once it has a place. */
  readonly whenPlaced: () => void;
}

/** How a strand ends: as its lane may; or having completed a level; or where the lane has gone on to along with that. */
export type StrandEnd =
  LaneOutcome | Extract<Onward, { readonly kind: "completed-level" }> | { readonly kind: "gone-on"; readonly onward: Onward };

/**
 * Takes nodes from a level's list, one after another, until none is left. The first claim also takes over the node that the strand held
 * when an earlier process died with it; each later one travels with the commit before it.
 */
export async function runStrand(context: WorkerContext, strand: Strand): Promise<StrandEnd> {
  let { asked } = strand;
  for (let isFirst = true; ; isFirst = false) {
    if (asked === undefined && !(await strand.crew.findPlace(context.slots)))
      return { kind: strand.crew.hasMore ? "hand-back" : "done" };
    strand.whenPlaced();
    let end: StrandEnd | undefined;
    try {
      end = await takeNodes(context, strand, asked, strand.takeOver && isFirst);
    } finally {
      // The place goes on with what was asked for in it.
      if (end?.kind !== "gone-on" || !keepsPlace(end.onward)) context.slots.release();
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
  const { hold, isStopping, crew } = strand;
  const asked = first === undefined ? [] : [first];
  let completed: Extract<StrandEnd, { kind: "completed-level" }> | undefined;
  for (let isFirst = true; ; isFirst = false) {
    if (asked.length === 0 && !crew.hasMore) return completed ?? { kind: "done" };
    if (asked.length === 0 && isStopping()) return { kind: "hand-back" };
    // Somebody else may have the lane by now; what this process claimed is decided by its tokens.
    if (asked.length === 0 && hold.isLost) return { kind: "done" };
    const { token, lane, answer } = asked.shift() ?? askClaim(context, strand.lane, isFirst && takeOver);
    const claimed = await answer;
    // Asked for another strand, in a level that is not entered after all: there is nothing for that one, and what it holds it looks after.
    if (claimed.kind !== "claimed" && lane.lane !== strand.lane.lane) continue;
    switch (claimed.kind) {
      case "claimed": {
        const following = prepareFollowing(context, strand, claimed, await stepBehind(context, strand, claimed));
        const end = await executeNode(context, lane, claimed, { token, hold, onCommit: following.ask }).catch(
          async (error: unknown) => {
            releasePlaces(context, await following.claims(), 1);
            throw error;
          },
        );
        if (end.kind !== "committed" && end.kind !== "completed-level") crew.forget();
        if (end.kind === "failed-run") return { kind: "fail", message: end.message };
        if (end.kind === "hand-back") return { kind: "wait", delayMs: end.delayMs };
        if (end.kind === "completed-level") {
          completed = { kind: "completed-level", facts: end.facts, level: claimed.level };
          const onward = await following.onward();
          if (onward !== undefined) return { kind: "gone-on", onward };
        }
        // Should the level not be over after all, what was asked for other strands is done here, one after another.
        const claims = await following.claims();
        asked.push(...claims);
        releasePlaces(context, claims, 1);
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
  /** The strand's next claim or, where the lane has gone on, those of the strands that it goes on with. The first is for the place of this one. */
  claims(): Promise<readonly AskedClaim[]>;
  /** Where the lane has gone on to along with the level's last commit, if it has. */
  onward(): Promise<Onward | undefined>;
}

/**
 * The next claim travels with the commit. With the last commit of a level that the lane has to itself travels what follows the level: the
 * next one and what is asked for in it, or the end of the run.
 */
function prepareFollowing(
  context: WorkerContext,
  strand: Strand,
  { epoch, level }: ClaimedNode,
  behind: LevelEnd | undefined,
): Following {
  const { store } = context;
  const { job, lane, crew } = strand;
  let claim: AskedClaim | undefined;
  let goingOn: Promise<Onward> | undefined;
  let finishing: Promise<FinishRunOutcome> | undefined;
  return {
    claims: async () => {
      if (claim !== undefined) return [claim];
      const onward = await goingOn?.catch(() => undefined);
      return onward?.kind === "stage" ? (onward.asked ?? []) : [];
    },
    onward: async () => ((await finishing)?.kind === "finished" ? { kind: "finished-run" } : goingOn),
    ask: () => {
      const isLast = crew.commits();
      if (mustEnd(strand)) return;
      const { step, facts } = behind ?? {};
      if (isLast && step?.kind === "finish") {
        finishing = store.finishRun({ runId: job.runId, epoch, outcome: "completed", behindLevel: level });
        finishing.catch(() => undefined);
      } else if (isLast && step !== undefined && facts !== undefined && entersAtOnce(context, step)) {
        askLevel(context, { lane: job, epoch, plan: step.plan });
        goingOn = goOnWith(context, runOf(strand, facts), step.plan);
        goingOn.catch(() => undefined);
      } else if (crew.hasMore) {
        claim = askClaim(context, lane, false);
      }
    },
  };
}

/** What follows a level, if it can be asked for along with the level's last commit. */
interface LevelEnd {
  readonly facts: RunFacts;
  readonly step: NextStep | undefined;
}

/** Finds it out, for a level of one node always: that is its lane's alone. Known at once for all nodes of a level but its first. */
function stepBehind(
  context: WorkerContext,
  { job, crew }: Strand,
  { epoch, level }: ClaimedNode,
): LevelEnd | undefined | Promise<LevelEnd | undefined> {
  const run = { runId: job.runId, epoch };
  const find = (facts: RunFacts | undefined): LevelEnd | undefined | Promise<LevelEnd> => {
    if (facts === undefined) return undefined;
    if (facts.plan.levels[level]?.length === 1) crew.expect(1);
    crew.claimed();
    const step = crew.nextStep(() => findNextStep(context, facts, { lane: job, level }));
    return step instanceof Promise ? step.then((found) => ({ facts, step: found })) : { facts, step };
  };
  const known = context.runs.peek(run);
  return known === undefined ? context.runs.get(run).then(find) : find(known);
}
