import type { QueueDepth } from "../ports/observer.ts";
import type { RunCounts } from "../ports/producer-store.ts";
import type { LiveProcesses } from "./live-process.ts";
import type { RunRecord } from "./run-record.ts";

/** What there is of an installation at one moment. */
export interface Overview extends LiveProcesses {
  /** By Redis' clock, in ms. */
  readonly at: number;
  readonly redis: { readonly version?: string; readonly roundTripMs: number; readonly usedBytes?: number };
  readonly runs: RunCounts;
  /** Runs that have neither finished nor are paused; those that were dispatched longest ago, at most {@link MAX_LISTED_RUNS}. */
  readonly active: readonly RunRecord[];
  readonly queues: readonly QueueDepth[];
}

export const MAX_LISTED_RUNS = 100;
