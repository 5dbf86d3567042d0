import { randomBytes } from "node:crypto";

/** The one shard there is today. Run ids carry it, so runs enqueued now stay where they are once there are more. */
export const SHARD = 0;

/** What a run id looks like: shard, time in ms (base 36), 80 random bits. Safe in keys, job ids, URLs and file names. */
export const RUN_ID_PATTERN = /^\d+-[0-9a-z]{8,10}-[0-9a-z]{20}$/;

/** Makes a run id; ids sort by the time they were made. */
export function newRunId(now: number = Date.now()): string {
  return `${String(SHARD)}-${now.toString(36).padStart(9, "0")}-${randomBytes(10).toString("hex")}`;
}
