import { randomUUID } from "node:crypto";

/** The one shard there is today. Run ids carry it, so runs enqueued now stay where they are once there are more. */
export const SHARD = 0;

/** What a run id looks like: shard, time in ms (base 36), 80 random bits. Safe in keys, job ids, URLs and file names. */
export const RUN_ID_PATTERN = /^\d+-[0-9a-z]{8,10}-[0-9a-z]{20}$/;

/** Makes a run id; ids sort by the time they were made. */
export function newRunId(now: number = Date.now()): string {
  return `${String(SHARD)}-${now.toString(36).padStart(9, "0")}-${randomHex()}`;
}

/** 80 random bits. Node draws those of UUIDs many at a time; taken are the digits of one that say nothing of its version and variant. */
function randomHex(): string {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(24);
}
