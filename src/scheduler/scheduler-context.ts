import type { SchedulerQueue } from "../core/ports/job-queue.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { SchedulerStore } from "../core/ports/scheduler-store.ts";
import type { HandlerTimes } from "../core/run/handler-times.ts";
import type { RunOrder } from "../core/run/run-order.ts";
import type { Remembered } from "../core/time/remembered.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import type { Workflow } from "../core/workflow/workflow.ts";

export interface SchedulerSettings {
  /** Names this scheduler process in what operators see. */
  readonly scheduler: string;
  /** Of the package, for them, too. */
  readonly version?: string | undefined;
  /** How often it reports itself. */
  readonly heartbeatMs: number;
  /** Lanes that one level is given at most, for each pool. */
  readonly maxLanesPerLevel: number;
  /** Whether nodes whose handlers were measured to be quick share lanes. */
  readonly adaptiveLanes: boolean;
  readonly runOrder: RunOrder;
  readonly abortGraceMs: number;
  readonly sweepIntervalMs: number;
  /** A run that was dispatched more recently than this is not swept. */
  readonly sweepMinAgeMs: number;
  readonly deadlinePollMs: number;
  /** How long a finished run is kept; 0: until the reaper looks next. */
  readonly retentionMs: number;
  /** Jobs that one process advances at a time. */
  readonly concurrency: number;
}

export interface SeenRun {
  readonly run: RunRecord;
  readonly workflow: Workflow;
}

export type SeenRuns = Pick<Map<string, SeenRun>, "get"> & { set(runId: string, seen: SeenRun): unknown };

/** What the scheduler's steps work with. */
export interface SchedulerContext {
  readonly store: SchedulerStore;
  readonly queue: SchedulerQueue;
  readonly settings: SchedulerSettings;
  /** The node types that are known here, and whether their nodes use shared state. Of others the store tells. */
  readonly builtinTypes: ReadonlyMap<string, boolean>;
  /** Runs as this process last saw them. What matters of them is compared with the store before it counts. */
  readonly seenRuns: SeenRuns;
  /** How long handlers take, as workers have told. */
  readonly handlerTimes: Remembered<HandlerTimes>;
  readonly random: () => number;
  readonly log: Logger;
}
