import type { JsonValue } from "../json/json-value.ts";
import type { LiveProcesses } from "../run/live-process.ts";
import type { LevelTiming, NodeRecord, RunRecord } from "../run/run-record.ts";
import type { HandlerTimes } from "../run/handler-times.ts";
import type { RunEvent } from "../run/run-event.ts";
import type { RunStatus } from "../run/states.ts";
import type { TraceCarrier } from "../run/trace-carrier.ts";
import type { Workflow } from "../workflow/workflow.ts";

export interface RunDefinition {
  readonly workflow: Workflow;
  /** Names the definition: the hash of its canonical JSON text. */
  readonly workflowHash: string;
  readonly levelCount: number;
}

export interface CreateRunParams extends RunDefinition {
  readonly runId: string;
  readonly input: JsonValue | undefined;
  /** The caller's name for this run: the same key gives the same run. */
  readonly idempotencyKey: string | undefined;
  /** What has to be equal for the same key: a hash of definition and input. */
  readonly requestHash: string;
  /** The pool of the lane that the run is to start with, if it starts with one. */
  readonly startPool?: string | undefined;
  /** The trace that it is enqueued in, if it is enqueued in one. */
  readonly trace?: TraceCarrier | undefined;
}

/** `exists`: the key, or the run id, was used for the same request; `conflict`: for another one. */
export type CreateRunOutcome =
  | { readonly kind: "created"; readonly runId: string }
  | { readonly kind: "exists"; readonly runId: string }
  | { readonly kind: "conflict"; readonly runId: string };

export type StopRunOutcome = "stopping" | "already-stopping" | "finished" | "no-such-run";
export type PauseRunOutcome = "paused" | "already-paused" | "conflict" | "no-such-run";
/** `dispatch`: the issuing that the resumed or retried run's start job belongs to. */
export type ResumeRunOutcome =
  { readonly kind: "resumed"; readonly dispatch: number } | { readonly kind: "not-paused" | "conflict" | "no-such-run" };
export type RetryRunOutcome =
  { readonly kind: "retrying"; readonly dispatch: number } | { readonly kind: "nothing-to-retry" | "conflict" | "no-such-run" };

export interface RetryRunParams {
  readonly runId: string;
  /** The epoch that was looked at when the change was decided on; in another one the retry is refused (`conflict`). */
  readonly epoch?: number;
  /** Replaces the run's input. */
  readonly input?: JsonValue;
  /** Replaces the run's definition, which is named by `former`. Committed nodes are in both, unchanged. */
  readonly definition?: RunDefinition & { readonly former: string };
}

export interface RunCounts {
  readonly active: number;
  readonly paused: number;
  readonly finished: number;
}

export interface ListRunsParams {
  /** Newest first. At most this many. */
  readonly limit: number;
  readonly status?: RunStatus;
}

/** What a producer does to the store. Every call may be repeated; times are Redis' clock. */
export interface ProducerStore {
  /** Writes definition, its reference, idempotency key, run and `queued` event together, or nothing of it. */
  createRun(params: CreateRunParams): Promise<CreateRunOutcome>;
  loadRun(params: { readonly runId: string }): Promise<RunRecord | undefined>;
  /** The status alone: what those ask now and then who wait for a run's end. */
  readStatus(params: { readonly runId: string }): Promise<RunStatus | undefined>;
  loadWorkflow(params: { readonly workflowHash: string }): Promise<Workflow | undefined>;
  /** How long handlers of each type take, as workers have told. */
  readHandlerTimes(): Promise<HandlerTimes>;
  /** Newest first; removed runs are left out. */
  listRuns(params: ListRunsParams): Promise<readonly RunRecord[]>;
  /** How many runs there are. `active`: neither finished nor paused. */
  countRuns(): Promise<RunCounts>;
  /** Workers and schedulers that were heard of in the last `workerTtlMs`. */
  listProcesses(): Promise<LiveProcesses>;
  /** Records of the nodes that were claimed at least once. */
  readNodes(params: { readonly runId: string }): Promise<ReadonlyMap<string, NodeRecord>>;
  /** Results of the nodes that completed. */
  readResults(params: { readonly runId: string }): Promise<ReadonlyMap<string, JsonValue>>;
  readTimings(params: { readonly runId: string }): Promise<readonly LevelTiming[]>;
  /** Events behind `after` (all of them without it), oldest first, at most `limit`. */
  readEvents(params: { readonly runId: string; readonly after?: string; readonly limit: number }): Promise<readonly RunEvent[]>;
  /** Sets a run that has not ended `cancelling`, aborts its claims in every process and arms its end after `graceMs`. */
  cancelRun(params: { readonly runId: string; readonly graceMs: number }): Promise<StopRunOutcome>;
  /** From then on no node is claimed; running ones go on and commit. The run's timeout stands still. */
  pauseRun(params: { readonly runId: string }): Promise<PauseRunOutcome>;
  /** Takes a paused run up again under a new dispatch. */
  resumeRun(params: { readonly runId: string }): Promise<ResumeRunOutcome>;
  /** Opens a new epoch of a run that failed or was cancelled: kept results stay, the rest is pending again. Takes the change with it. */
  retryRun(params: RetryRunParams): Promise<RetryRunOutcome>;
  /**
   * Calls back when a run finishes. Only a hint: a message may be lost, so callers look for themselves now and then, and when `onGap` is called,
   * where it is known that some may be.
   */
  onFinished(listener: (runId: string) => void, onGap?: () => void): Promise<() => void>;
}
