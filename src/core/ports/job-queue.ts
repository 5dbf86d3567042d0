import type { BarrierRef, DispatchRef, LaneJob, LaneRef, SchedulerJob, StartLane } from "../run/job-ref.ts";
import type { JobHold } from "../run/job-hold.ts";
import type { ShownLevel } from "../run/show-level.ts";

/** Adding what a producer adds. Deterministic ids make repeating harmless. */
export interface StartQueue {
  addStart(ref: DispatchRef & { readonly workflowId: string | undefined }): Promise<void>;
  /** Adds the lane with which a worker starts a run. */
  addStartLane(lane: StartLane): Promise<void>;
  /** Has a scheduler drain a run that is being stopped. */
  addStop(ref: DispatchRef): Promise<void>;
}

export interface AddLevelParams {
  readonly barrier: BarrierRef;
  readonly workflowId: string | undefined;
  readonly shown?: ShownLevel;
  /** Lanes by pool. */
  readonly lanes: Readonly<Record<string, number>>;
  /** Nodes that each lane works on at a time. */
  readonly strands: number;
  readonly priority: number | undefined;
}

/** How a scheduler's job ends: over; back under its lanes; put off; or failed, showing the run's error to operators. */
export type SchedulerJobOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "wait-for-lanes"; readonly elseDelayMs: number }
  | { readonly kind: "fail"; readonly message: string };

export interface SchedulerJobContext {
  /** Whether lanes of this barrier have yet to end. Always false for other jobs. */
  lanesPending(): Promise<boolean>;
}

export type SchedulerJobHandler = (job: SchedulerJob, context: SchedulerJobContext) => Promise<SchedulerJobOutcome>;

/** How a lane ends: over; later; back into the queue for another worker; or failed with its node's error. */
export type LaneOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "wait"; readonly delayMs: number }
  | { readonly kind: "hand-back" }
  | { readonly kind: "fail"; readonly message: string };

export interface LaneContext {
  /** Lost when the queue gave the lane to somebody else, or could not keep its lock. */
  readonly hold: JobHold;
  /** Whether the lane was begun before, and so may hold what it claimed then. */
  readonly isRepeated: boolean;
}

export type LaneHandler = (lane: LaneJob, context: LaneContext) => Promise<LaneOutcome>;

/** A running consumer of jobs. */
export interface JobConsumer {
  /** Whether it goes on taking jobs, as it should until it is stopped. */
  isRunning(): boolean;
  /** Takes no further job and resolves when those under way have ended, or after `timeoutMs`. Idempotent. */
  stop(options: { readonly timeoutMs: number }): Promise<void>;
}

export interface RemoveJobsParams extends DispatchRef, Pick<CarrierRef, "startPool"> {
  readonly levelCount: number;
}

/** Where to look for what stands for an issuing of a run. */
export interface CarrierRef extends BarrierRef {
  /** The pool of the lane that the run started with, if it started with one. */
  readonly startPool?: string | undefined;
}

/** What a scheduler needs of the queues. */
export interface SchedulerQueue {
  /** Adds a level's barrier with its lanes, in one step, or confirms that it is there. */
  addLevel(params: AddLevelParams): Promise<void>;
  /** Removes the lanes of a level that no worker has taken. Those that run are left alone. */
  removeWaitingLanes(barrier: BarrierRef): Promise<void>;
  /** Whether a job stands for this issuing of the run at this level: its start or start lane (level -1), or a barrier that can still fire. */
  isCarried(ref: CarrierRef): Promise<boolean>;
  /** Removes what is left of a finished run's jobs. `false` if some of them are being worked on and stay. */
  removeJobs(params: RemoveJobsParams): Promise<boolean>;
  consumeSchedulerJobs(handler: SchedulerJobHandler, options: { readonly concurrency: number }): Promise<JobConsumer>;
}

/** How far a node is that a lane works on. */
export interface LaneProgress {
  readonly node: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly note?: string;
}

/** What a worker needs of the queues. */
export interface LaneQueue {
  /** Adds the job that a scheduler starts a run by: the lane that was to start it is about to end. */
  addStart(ref: DispatchRef & { readonly workflowId: string | undefined }): Promise<void>;
  /** Adds a barrier without lanes, which reaches a scheduler at once: the lane that stood for the run is about to end. */
  addBarrier(ref: BarrierRef & { readonly workflowId: string | undefined; readonly shown?: ShownLevel }): Promise<void>;
  /** Keeps a line with the lane's job, for people who look at the queue: so many of each lane, cut to a length. Never fails and never waits. */
  showLog(lane: LaneRef, line: string): void;
  /** The same for progress. */
  showProgress(lane: LaneRef, progress: LaneProgress): void;
  consumeLanes(handler: LaneHandler, options: { readonly pool: string; readonly concurrency: number }): Promise<JobConsumer>;
}

/** The transport: it carries runs forward and may lose, repeat or reorder jobs without harm. */
export interface JobQueue extends StartQueue, SchedulerQueue, LaneQueue {
  start(): Promise<void>;
  stop(): Promise<void>;
}
