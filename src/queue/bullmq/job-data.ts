import { z } from "zod";
import type { LaneJob, SchedulerJob } from "../../core/run/job-ref.ts";

const DISPATCH = { runId: z.string(), dispatch: z.number().int() };

const SCHEDULER_JOB = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("start"), ...DISPATCH }),
  z.object({ kind: z.literal("barrier"), ...DISPATCH, level: z.number().int() }),
  z.object({ kind: z.literal("stop"), ...DISPATCH }),
]);

// Lanes of record version 2 worked on one node at a time.
const LANE = z.object({
  ...DISPATCH,
  level: z.number().int(),
  lane: z.number().int(),
  strands: z.number().int().min(1).default(1),
  pool: z.string(),
  startsWorkflow: z.string().optional(),
  trace: z.record(z.string(), z.string()).optional(),
});

/** What a job of the scheduler's queue says. Throws for one that levelflow did not write. */
export function parseSchedulerJob(data: unknown): SchedulerJob {
  return SCHEDULER_JOB.parse(data);
}

/** What a job of a lanes queue says. */
export function parseLane(data: unknown): LaneJob {
  return LANE.parse(data) as LaneJob;
}
