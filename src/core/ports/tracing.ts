import type { RunStatus } from "../run/states.ts";
import type { LevelTiming } from "../run/run-record.ts";
import type { TraceCarrier } from "../run/trace-carrier.ts";
import type { AttemptOutcome } from "./observer.ts";

export interface TracedRun {
  readonly runId: string;
  readonly workflowId: string | undefined;
  /** What the run was enqueued with. Without it the run is a trace of its own. */
  readonly trace: TraceCarrier | undefined;
}

export interface TracedAttempt extends TracedRun {
  readonly epoch: number;
  readonly level: number;
  readonly nodeId: string;
  readonly type: string;
  readonly attempt: number;
  readonly pool: string;
  readonly worker: string;
}

export interface FinishedRun extends TracedRun {
  readonly epoch: number;
  readonly status: RunStatus;
  /** What it failed with, or was cancelled for. */
  readonly message?: string;
  /** Redis' clock, in ms, as are the levels' times. */
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Those of this epoch. */
  readonly levels: readonly LevelTiming[];
}

/** One attempt of a node, as a span. */
export interface AttemptSpan {
  /** For logs, under the names that log collectors look for. */
  readonly ids: { readonly trace_id: string; readonly span_id: string };
  /** Runs what belongs to it: spans that are begun there become its children. */
  within<T>(work: () => T): T;
  /** Ends it, the first time. @param message of the error that the attempt ended with, without secrets. */
  end(outcome: AttemptOutcome, message?: string): void;
}

/** Where roles tell what is to be seen in traces: a run, its levels under it, and their nodes under those. Nothing here throws by itself. */
export interface Tracing {
  /** Enqueues a run within the trace of the caller. `enqueue` is given what is to be stored with the run, if there is anything. */
  enqueueing<T>(run: Omit<TracedRun, "trace">, enqueue: (trace: TraceCarrier | undefined) => Promise<T>): Promise<T>;
  /** `undefined` for one that cannot be traced. */
  attemptBegins(attempt: TracedAttempt): AttemptSpan | undefined;
  runFinished(run: FinishedRun): void;
}
