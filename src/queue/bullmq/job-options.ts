/** How often a job may be found stalled: a rolling restart must not end it. BullMQ's own limit is 1. */
export const MAX_STALLED_COUNT = 1_000_000;
/** The longest that a job is put off at a time, in ms; one that has to wait for longer asks again. So a later one is seen to be misdated. */
export const MAX_PUT_OFF_MS = 60_000;
