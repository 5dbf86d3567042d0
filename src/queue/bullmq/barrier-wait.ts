import type { Job } from "bullmq";
import { z } from "zod";
import type { Observer } from "../../core/ports/observer.ts";

/** What BullMQ keeps of a job that went well; of a lane, when it ended. */
export type JobEnd = "done" | LaneDone;

const LANE_DONE = z.object({ endedAt: z.number() });
type LaneDone = z.output<typeof LANE_DONE>;

/** What a lane leaves with its barrier. */
export function doneNow(): LaneDone {
  return { endedAt: Date.now() };
}

/**
 * Tells how long a level waited for its slowest lane. A lane ends when its level has no more nodes to take, so from the end of the first
 * one on there was less to do than workers to do it. Lanes of older versions do not tell when they ended.
 */
export async function tellBarrierWait(barrier: Job, observer: Observer): Promise<void> {
  try {
    const ends = Object.values(await barrier.getChildrenValues<unknown>()).flatMap((value) => {
      const lane = LANE_DONE.safeParse(value);
      return lane.success ? [lane.data.endedAt] : [];
    });
    if (ends.length > 1) observer.barrierWaited(Math.max(...ends) - Math.min(...ends));
  } catch {
    // Only a measurement: what Redis has to say of its absence is said elsewhere.
  }
}
