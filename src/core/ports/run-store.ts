import type { ProducerStore } from "./producer-store.ts";
import type { SchedulerStore } from "./scheduler-store.ts";
import type { WorkerStore } from "./worker-store.ts";

/** The durable surface: what the three roles need, each through its own part. One contract suite holds every adapter to it. */
export interface RunStore extends ProducerStore, SchedulerStore, WorkerStore {
  /** Connects. Idempotent. */
  start(): Promise<void>;
  /** Lets go of everything. Idempotent. */
  stop(): Promise<void>;
}
