import type { JobsOptions } from "bullmq";

/**
 * Options of every job. Our own failures are recorded in the run; whatever else a job meets (Redis away, a fault of ours) is tried again
 * until it works, so that a run is never lost to it. Jobs are kept until their run is removed: BullMQ must not take a kept one for new.
 */
export const CARRIER_OPTIONS = {
  attempts: 1_000_000,
  backoff: { type: "fixed", delay: 1_000 },
  removeOnComplete: false,
  removeOnFail: false,
} as const satisfies JobsOptions;

/** How often a job may be found stalled: a rolling restart must not end it. */
export const MAX_STALLED_COUNT = 1_000_000;
