import type { RunErrorCode } from "../errors/catalogue.ts";
import type { NodeStatus, RunStatus } from "./states.ts";
import type { TraceCarrier } from "./trace-carrier.ts";

/** What ended a run, or what it is being stopped for. */
export interface StopCause {
  readonly code: RunErrorCode;
  readonly message: string;
}

/** The truth about a run. Everything that a role decides, it decides from this and the workflow. Times are Redis' clock, in ms. */
export interface RunRecord {
  readonly runId: string;
  readonly workflowId?: string;
  /** Names the stored definition. */
  readonly workflowHash: string;
  readonly status: RunStatus;
  /** Which user-requested go at the run this is, from 1. */
  readonly epoch: number;
  /** Which issuing of jobs is current, from 1. */
  readonly dispatch: number;
  /** The dispatch whose jobs were planned for the current level; another one than `dispatch` if they are still to be planned. */
  readonly plannedDispatch?: number;
  /** The level that is under way, -1 before the first. */
  readonly level: number;
  /** The level whose barrier stands for the run: an earlier one than `level` while its lanes go on with the levels that follow. */
  readonly barrierLevel: number;
  /** The pool of the lane that the run started with; absent if a scheduler started it. */
  readonly startPool?: string;
  /** The trace that it was enqueued in, if it was enqueued in one. */
  readonly trace?: TraceCarrier;
  /** Nodes that each lane works on at a time. */
  readonly strands: number;
  /** Nodes of the current level that are committed. */
  readonly committedInLevel: number;
  /** Nodes of the run that are committed. */
  readonly committedCount: number;
  readonly nodeCount: number;
  readonly levelCount: number;
  readonly maxConcurrency?: number;
  readonly sequential: boolean;
  readonly timeoutMs?: number;
  readonly createdAt: number;
  /** First dispatch in this epoch. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Why the run stops or stopped; absent for one that goes well. */
  readonly cause?: StopCause;
  /** When the run ends even if claims are still live; set while it is stopping. */
  readonly finishBy?: number;
}

/** An error of a run, as its result lists it. */
export interface RunError {
  readonly code: RunErrorCode;
  readonly message: string;
  readonly nodeId?: string;
  readonly level?: number;
  readonly attempt?: number;
}

/** What is stored of a node that was claimed at least once. */
export interface NodeRecord {
  readonly status: NodeStatus;
  /** The current or last attempt, from 1. */
  readonly attempt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** The worker of the last claim. */
  readonly worker?: string;
  /** The last attempt's error, also while a retry is due. */
  readonly error?: RunError;
}

/** When a level was first dispatched and when its barrier was passed, Redis' clock in ms. */
export interface LevelTiming {
  readonly level: number;
  readonly startedAt: number;
  readonly finishedAt?: number;
}
