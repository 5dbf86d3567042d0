import type { QueueDepth } from "../../core/ports/observer.ts";
import type { RunCounts } from "../../core/ports/producer-store.ts";
import type { LiveProcesses } from "../../core/run/live-process.ts";
import type { Leftovers } from "../../store/redis/find-leftovers.ts";
import type { RedisFacts } from "../redis-facts.ts";

/** A run that no job carries, or that should have ended. */
export interface StuckRun {
  readonly runId: string;
  readonly why: "no-job" | "past-its-end";
}

/** All that an examination looks at. */
export interface InstallationFacts {
  /** Of the package that looks. */
  readonly version: string | undefined;
  readonly redis: RedisFacts;
  /** How long PINGs took, in ms, shortest first; at least one. */
  readonly roundTripsMs: readonly number[];
  /** How far Redis' clock is ahead of this machine's, in ms. */
  readonly clockAheadMs: number;
  readonly processes: LiveProcesses;
  readonly runs: RunCounts;
  readonly queues: readonly QueueDepth[];
  readonly stuck: readonly StuckRun[];
  /** Runs that a newer version has written, which this one leaves alone. */
  readonly newerRuns: number;
  readonly leftovers: Leftovers;
}
