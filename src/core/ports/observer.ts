import type { RunProfile } from "../run/run-profile.ts";
import type { FinalStatus } from "../run/states.ts";
import type { RunCounts } from "./producer-store.ts";
import type { ReleaseReason } from "./worker-store.ts";

/** How an attempt ended: `refused`: its result came too late, or its claim had moved; `returned`: it was given back without an outcome. */
export type AttemptOutcome = "committed" | "retried" | "failed" | "refused" | "returned";

/** A finished run, as its record tells. Durations are in ms. */
export interface EndedRun {
  readonly status: FinalStatus;
  /** From its creation to its first level. Not there for one that had none. */
  readonly queuedMs?: number;
  /** From its first level to its end. */
  readonly durationMs?: number;
  readonly levelMs: readonly number[];
}

/** Told of what roles do. Its methods are called on hot paths: they return at once, and never throw. */
export interface Observer {
  handlerEnded(type: string, ms: number): void;
  attemptEnded(outcome: AttemptOutcome): void;
  commitRefused(reason: "stale" | "run-stopped"): void;
  claimReturned(reason: ReleaseReason): void;
  /** A handler was told to stop, and has ended so long after that. */
  abortHeeded(ms: number): void;
  runFinished(status: FinalStatus): void;
  /** The same run, once its record was looked at. */
  runMeasured(run: EndedRun): void;
  /** Of some of those runs: where their time went. */
  runProfiled(profile: RunProfile): void;
  /** A lane was taken that had been waiting for so long. */
  laneWaited(pool: string, ms: number): void;
  /** A level's barrier fired: so much time passed from the end of its first lane to that of its last. */
  barrierWaited(ms: number): void;
  jobStalled(queue: string): void;
  swept(): void;
  /** A level's rest was issued again, because no job carried it, or its jobs were gone. */
  levelReissued(): void;
}

/** Jobs of one queue that have not ended well, by state, and for how long the one that waits longest has waited. */
export interface QueueDepth {
  readonly queue: string;
  readonly jobs: Readonly<Record<string, number>>;
  readonly oldestWaitingMs: number;
  /** Whether somebody has paused it, as one can in Bull Board: nothing of it is taken. */
  readonly isPaused: boolean;
}

/** Jobs of a queue that wait for somebody to take them, urgent or not. */
export function waitingIn(jobs: QueueDepth["jobs"]): number {
  return (jobs["waiting"] ?? 0) + (jobs["prioritized"] ?? 0);
}

/** What is so at the moment, as far as one role knows. What it cannot tell now is not there. */
export interface Snapshot {
  readonly redis?: { readonly isUp: boolean; readonly roundTripMs?: number };
  readonly queues?: readonly QueueDepth[];
  readonly runs?: RunCounts;
  readonly nodes?: { readonly pool: string; readonly running: number; readonly concurrency: number };
}

/** Where roles tell what they do, and leave word of how to learn what is so. */
export interface Telemetry {
  readonly observer: Observer;
  addSource(read: () => Promise<Snapshot>): void;
}
