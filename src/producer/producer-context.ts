import type { Logger } from "../core/ports/logger.ts";
import type { ProducerStore } from "../core/ports/producer-store.ts";
import type { StartQueue } from "../core/ports/job-queue.ts";
import type { Tracing } from "../core/ports/tracing.ts";
import type { HandlerTimes } from "../core/run/handler-times.ts";
import type { RunOrder } from "../core/run/run-order.ts";
import type { Gate } from "../core/time/gate.ts";
import type { Remembered } from "../core/time/remembered.ts";
import type { WorkflowLimits } from "../core/workflow/limits.ts";
import type { Fingerprint } from "./definition.ts";
import type { KnownPayloads } from "./known-payloads.ts";
import type { FinishWatch } from "./wait-for-end.ts";

export interface ProducerSettings {
  readonly limits: WorkflowLimits;
  readonly runOrder: RunOrder;
  /** How long running handlers of a cancelled run may take before it ends without them, in ms. */
  readonly abortGraceMs: number;
  /** How often live events are read, in ms. */
  readonly eventPollMs: number;
  /** How often a run's end is looked for besides being told of it, in ms. */
  readonly resultPollMs: number;
}

/** What the producer's steps work with. */
export interface ProducerContext {
  /** Connects store and queue; every call of a producer or handle waits for it. Idempotent. */
  readonly ready: () => Promise<void>;
  readonly store: ProducerStore;
  readonly queue: StartQueue;
  /** How many runs are written, or looked at, at a time: what callers ask for all at once comes to the store bit by bit. */
  readonly gate: Pick<Gate, "pass">;
  readonly payloads: KnownPayloads;
  readonly watch: FinishWatch;
  /** How long handlers take, as workers have told. Asked for where that decides which run goes first. */
  readonly handlerTimes: Remembered<HandlerTimes>;
  readonly settings: ProducerSettings;
  /** Names definitions and requests instead of the hash of their content, for a store that lives no longer than its one run. @default the hash */
  readonly fingerprint?: Fingerprint;
  /** Told of runs that are enqueued, if somebody traces them. */
  readonly tracing?: Tracing | undefined;
  readonly log: Logger;
}
