import type { DispatchPlan } from "../run/dispatch-plan.ts";
import type { HandlerTimes } from "../run/handler-times.ts";
import type { RunRecord, StopCause } from "../run/run-record.ts";
import type { Workflow } from "../workflow/workflow.ts";
import type { FailAttemptOutcome, FailAttemptParams, FinishRunOutcome, FinishRunParams } from "./worker-store.ts";
import type { StopRunOutcome } from "./producer-store.ts";

export interface DispatchLevelParams {
  readonly runId: string;
  readonly epoch: number;
  /** What the record must hold for the plan to be taken. */
  readonly expected: {
    readonly dispatch: number;
    readonly level: number;
    /** Set by a caller that has not looked at the record: the committed nodes that it takes for granted. */
    readonly committedInLevel?: number;
  };
  /** The dispatch that the plan belongs to: the same to advance, one more to issue the level's rest again. */
  readonly dispatch: number;
  readonly plan: DispatchPlan;
  /** Nodes of the level that are committed already, and so not in the plan. */
  readonly committedInLevel: number;
}

/** After `advanced` and `already-advanced`, these lanes are to be added: the stored ones, never recomputed ones. */
export type DispatchLevelOutcome =
  | ({ readonly kind: "advanced" | "already-advanced" } & Pick<DispatchPlan, "lanes" | "strands">)
  | { readonly kind: "superseded" }
  | { readonly kind: "finished" };

/** A moment that has passed: a run's timeout, a stopping run's grace, or the timeout of an attempt. */
export type Deadline =
  | { readonly kind: "run"; readonly runId: string }
  | { readonly kind: "finish"; readonly runId: string }
  | { readonly kind: "node"; readonly runId: string; readonly nodeId: string; readonly token: string; readonly attempt: number };

/** What a scheduler acts on now, and when it is to look again. */
export interface TakenDeadlines {
  readonly due: readonly Deadline[];
  /** In how many ms the next one passes, if there is one. */
  readonly nextInMs: number | undefined;
}

export interface StopRunParams {
  readonly runId: string;
  readonly cause: StopCause;
  readonly graceMs: number;
}

/** What a scheduler does to the store. Every call may be repeated from any crash point. */
export interface SchedulerStore {
  loadRun(params: { readonly runId: string }): Promise<RunRecord | undefined>;
  loadWorkflow(params: { readonly workflowHash: string }): Promise<Workflow | undefined>;
  /** Which of these nodes are committed. */
  readCommitted(params: { readonly runId: string; readonly nodeIds: readonly string[] }): Promise<ReadonlySet<string>>;
  /** Node types that handlers were seen or declared to use shared state with. */
  readStatefulTypes(): Promise<ReadonlySet<string>>;
  /** How long handlers of each type take, as workers have told. */
  readHandlerTimes(): Promise<HandlerTimes>;
  /** Makes a level current, stores its lists and lanes, and starts the run's clock with the first one. Compare-and-set. */
  dispatchLevel(params: DispatchLevelParams): Promise<DispatchLevelOutcome>;
  /** Ends a run, once: status, leftover nodes, `finished` event. Claims left over are superseded. */
  finishRun(params: FinishRunParams): Promise<FinishRunOutcome>;
  /** Sets a run `failing` for a cause of its own (a timeout). */
  failRun(params: StopRunParams): Promise<StopRunOutcome>;
  failAttempt(params: FailAttemptParams): Promise<FailAttemptOutcome>;
  /** Deadlines that have passed, put off by a second so that another scheduler takes them up if this one dies. */
  takeDeadlines(params: { readonly limit: number }): Promise<TakenDeadlines>;
  /** Calls back with each deadline that is set to pass within `deadlineNoticeMs`, or perhaps was: in so many ms. Answers how to stop. */
  onDeadline(listener: (inMs: number) => void): Promise<() => void>;
  /** Runs that have neither finished nor are paused and were last dispatched at least `minAgeMs` ago, oldest first. */
  listUnfinished(params: {
    readonly minAgeMs: number;
    readonly limit: number;
    readonly offset: number;
  }): Promise<readonly RunRecord[]>;
  /** Runs that finished at least `retentionMs` ago, oldest first. */
  listExpired(params: {
    readonly retentionMs: number;
    readonly limit: number;
    readonly offset: number;
  }): Promise<readonly RunRecord[]>;
  /** Keeps a scheduler known as live, for people who look at what runs. */
  announceScheduler(params: { readonly scheduler: string; readonly version?: string | undefined }): Promise<void>;
  /** Forgets one that stops. */
  removeScheduler(params: { readonly scheduler: string }): Promise<void>;
  /** Removes a finished run with all its keys, and its definition if it was the last to use it. */
  deleteRun(params: { readonly runId: string }): Promise<void>;
}
