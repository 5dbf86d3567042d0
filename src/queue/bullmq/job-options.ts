/** How often a job may be found stalled: a rolling restart must not end it. BullMQ's own limit is 1. */
export const MAX_STALLED_COUNT = 1_000_000;
