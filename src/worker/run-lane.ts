import type { LaneContext, LaneOutcome } from "../core/ports/job-queue.ts";
import { strandOf, type LaneJob } from "../core/run/job-ref.ts";
import { releasePlaces } from "./ask-claim.ts";
import { goOnBehind } from "./go-on.ts";
import { runStrand, type StrandEnd } from "./run-strand.ts";
import { runOf, type LaneWork, type Onward, type Stage } from "./stage.ts";
import { leaveRun, startRun } from "./start-run.ts";
import { StrandCrew } from "./strand-crew.ts";
import type { WorkerContext } from "./worker-context.ts";

/**
 * Runs a lane: so many strands, each of which takes nodes from the level's list, one after another, until none is left. What the strands
 * ask of the store at a time travels in one call. A lane that completes a level goes on with the next one, if that needs no other lane.
 */
export async function runLane(
  context: WorkerContext,
  job: LaneJob,
  { hold, isRepeated }: LaneContext,
  isStopping: () => boolean,
): Promise<LaneOutcome> {
  // What kills its process is found out by the claims that it leaves behind, so a lane that comes again runs nothing without one.
  const lane: LaneWork = { job, hold, isStopping, mayRunAhead: context.settings.adaptiveLanes && !isRepeated };
  hold.whenLost(() => context.active.loseLane(hold));
  const begun = await beginLane(context, lane, isRepeated);
  if (begun.kind === "nothing") return { kind: "done" };
  let onward: Onward = begun;
  let outcome: LaneOutcome = { kind: "done" };
  for (let takeOver = true; onward.kind !== "lane-over" && onward.kind !== "finished-run"; takeOver = false) {
    if (onward.kind === "completed-level") {
      onward = await goOnBehind(context, runOf(lane, onward.facts), onward.level);
      continue;
    }
    const ends: readonly StrandEnd[] = await runStage(context, lane, onward, takeOver);
    onward = onwardOf(ends);
    outcome = combine(ends);
  }
  if (onward.kind === "finished-run") {
    context.results.forget(job.runId);
    context.runs.forget(job.runId);
  }
  if (job.startsWorkflow !== undefined && onward.kind !== "finished-run" && !hold.isLost) await leaveRun(context, job, outcome);
  return outcome;
}

/** A lane that was begun before may have gone on to another level meanwhile, and hold a node with any of its strands. */
async function beginLane(context: WorkerContext, lane: LaneWork, isRepeated: boolean): ReturnType<typeof startRun> {
  const { runId, strands, startsWorkflow } = lane.job;
  const run = isRepeated ? await context.store.loadRun({ runId }) : undefined;
  const isStarted = startsWorkflow === undefined || (run !== undefined && run.level >= 0);
  return isStarted ? { kind: "stage", strands: Math.max(strands, run?.strands ?? 1) } : startRun(context, lane, startsWorkflow);
}

/** Fails only once every strand has ended: what one of them is at work on must not be given to another process. */
async function runStage(context: WorkerContext, lane: LaneWork, stage: Stage, takeOver: boolean): Promise<readonly StrandEnd[]> {
  const crew = new StrandCrew(stage.strands, stage.nodeCount);
  const strands: Promise<StrandEnd>[] = [];
  let begunCount = 0;
  // One that waits for a place stands for those behind it: a hundred lanes of many strands are not all of them at once.
  const beginNext = (): void => {
    const number = begunCount;
    if (number === stage.strands) return;
    begunCount += 1;
    let isNextBegun = false;
    const whenPlaced = (): void => {
      if (isNextBegun) return;
      isNextBegun = true;
      beginNext();
    };
    const strand = { lane: strandOf(lane.job, number), crew, takeOver, asked: stage.asked?.[number], whenPlaced, ...lane };
    const running = runStrand(context, strand).finally(() => {
      crew.leave();
      whenPlaced();
    });
    // Whoever waits for them all may not have come to this one yet.
    running.catch(() => undefined);
    strands.push(running);
  };
  beginNext();
  const ends = await settleAll(strands);
  const fault = ends.find((end) => end.status === "rejected");
  const reached = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
  if (fault === undefined) return reached;
  // The lane comes again: nobody goes on with what was asked for.
  for (const end of reached)
    if (end.kind === "gone-on" && end.onward.kind === "stage") releasePlaces(context, end.onward.asked ?? []);
  throw fault.reason;
}

/** Also those that come to the list meanwhile. */
async function settleAll<T>(promises: readonly Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  let ends: PromiseSettledResult<T>[] = [];
  while (ends.length < promises.length) ends = await Promise.allSettled(promises);
  return ends;
}

/** What the lane goes on with, if one of its strands has completed the level. */
function onwardOf(ends: readonly StrandEnd[]): Onward {
  const goneOn = ends.find((end) => end.kind === "gone-on");
  return goneOn?.onward ?? ends.find((end) => end.kind === "completed-level") ?? { kind: "lane-over" };
}

/** A failure is told, then a wish to go on elsewhere; else the lane comes back for the first of its strands that has to. */
function combine(ends: readonly StrandEnd[]): LaneOutcome {
  const told = ends.find((end) => end.kind === "fail") ?? ends.find((end) => end.kind === "hand-back");
  if (told !== undefined) return told;
  const waits = ends.flatMap((end) => (end.kind === "wait" ? [end.delayMs] : []));
  return waits.length === 0 ? { kind: "done" } : { kind: "wait", delayMs: Math.min(...waits) };
}
