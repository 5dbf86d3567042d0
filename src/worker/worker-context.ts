import type { LaneQueue } from "../core/ports/job-queue.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { Observer } from "../core/ports/observer.ts";
import type { Tracing } from "../core/ports/tracing.ts";
import type { WorkerStore } from "../core/ports/worker-store.ts";
import type { Remembered } from "../core/time/remembered.ts";
import type { TurnWatch } from "../core/time/turn-watch.ts";
import type { NodeRegistry } from "../core/node/node-registry.ts";
import type { ActiveClaims } from "./active-claims.ts";
import type { HandlerSlots } from "./handler-slots.ts";
import type { LoopWatch } from "./loop-watch.ts";
import type { ResultCache } from "./result-cache.ts";
import type { RunCache } from "./run-cache.ts";
import type { TimeKeeper } from "./time-keeper.ts";

export interface WorkerSettings {
  /** Names this worker process in records and logs. */
  readonly worker: string;
  /** Of the package, for operators. */
  readonly version?: string | undefined;
  readonly pool: string;
  /** Nodes that this process works on at a time, and lanes that it holds. */
  readonly concurrency: number;
  /** Whether levels stay with a lane by how long their handlers were measured to take. */
  readonly adaptiveLanes: boolean;
  readonly heartbeatMs: number;
  readonly abortGraceMs: number;
  readonly shutdownGraceMs: number;
  readonly unknownTypeGraceMs: number;
  readonly maxCrashCount: number;
  readonly maxResultBytes: number;
}

/** What the worker's steps work with. */
export interface WorkerContext {
  readonly store: WorkerStore;
  readonly queue: LaneQueue;
  readonly registry: NodeRegistry;
  readonly settings: WorkerSettings;
  readonly active: ActiveClaims;
  readonly slots: HandlerSlots;
  readonly times: TimeKeeper;
  /** Node types that handlers were seen or declared to use shared state with. */
  readonly statefulTypes: Remembered<ReadonlySet<string>>;
  /** How many workers the pool has. */
  readonly workerCount: Remembered<number>;
  readonly loop: LoopWatch;
  /** Lets the event loop turn between nodes that are run ahead. */
  readonly turns: TurnWatch;
  readonly runs: RunCache;
  readonly results: ResultCache;
  /** The value of a secret that nodes may be given, `undefined` if it is not set. */
  readonly readSecret: (name: string) => string | undefined;
  readonly newToken: () => string;
  readonly random: () => number;
  readonly log: Logger;
  /** Told of handlers that end, if somebody wants to know. */
  readonly observer?: Observer;
  /** Told of attempts, if somebody traces them. */
  readonly tracing?: Tracing | undefined;
}
