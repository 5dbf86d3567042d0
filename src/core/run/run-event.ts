import type { RunErrorCode } from "../errors/catalogue.ts";
import type { RunStatus } from "./states.ts";

export type RunEventType =
  | "queued"
  | "started"
  | "level-started"
  | "node-started"
  | "node-progress"
  | "node-completed"
  | "node-retrying"
  | "node-released"
  | "node-failed"
  | "node-cancelled"
  | "paused"
  | "resumed"
  | "failing"
  | "cancelling"
  | "finished";

/** One thing that happened to a run, in the order in which it took effect. */
export interface RunEvent {
  /** Position in the run's event stream; hand it to `events({ after })` to go on behind it. */
  readonly id: string;
  readonly type: RunEventType;
  /** Redis' clock, in ms. */
  readonly at: number;
  readonly epoch: number;
  readonly level?: number;
  /** Nodes of the level that a `level-started` dispatched. */
  readonly nodeCount?: number;
  readonly nodeId?: string;
  readonly attempt?: number;
  /** The worker process that runs the node. */
  readonly worker?: string;
  readonly code?: RunErrorCode;
  readonly message?: string;
  /** The final status, of `finished`. */
  readonly status?: RunStatus;
  /** Delay until the next attempt, of `node-retrying`. */
  readonly delayMs?: number;
  /** 0 to 1, of `node-progress`. */
  readonly fraction?: number;
}
