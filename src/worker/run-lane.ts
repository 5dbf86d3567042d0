import type { LaneContext, LaneOutcome } from "../core/ports/job-queue.ts";
import { strandOf, type LaneJob } from "../core/run/job-ref.ts";
import { runStrand } from "./run-strand.ts";
import { StrandCrew } from "./strand-crew.ts";
import type { WorkerContext } from "./worker-context.ts";

/**
 * Runs a lane: so many strands, each of which takes nodes from the level's list, one after another, until none is left. What the strands
 * ask of the store at a time travels in one call.
 */
export async function runLane(
  context: WorkerContext,
  lane: LaneJob,
  { signal }: LaneContext,
  isStopping: () => boolean,
): Promise<LaneOutcome> {
  const crew = new StrandCrew(lane.strands);
  const strands = Array.from({ length: lane.strands }, async (_, number) => {
    try {
      return await runStrand(context, { lane: strandOf(lane, number), signal, isStopping, crew });
    } finally {
      crew.leave();
    }
  });
  return combine(await allSettled(strands));
}

/** Fails only once every strand has ended: what one of them is at work on must not be given to another process. */
async function allSettled(strands: readonly Promise<LaneOutcome>[]): Promise<readonly LaneOutcome[]> {
  const ends = await Promise.allSettled(strands);
  return ends.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}

/** A failure is told, then a wish to go on elsewhere; else the lane comes back for the first of its strands that has to. */
function combine(ends: readonly LaneOutcome[]): LaneOutcome {
  const told = ends.find(({ kind }) => kind === "fail") ?? ends.find(({ kind }) => kind === "hand-back");
  if (told !== undefined) return told;
  const waits = ends.flatMap((end) => (end.kind === "wait" ? [end.delayMs] : []));
  return waits.length === 0 ? { kind: "done" } : { kind: "wait", delayMs: Math.min(...waits) };
}
