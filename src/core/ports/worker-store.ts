import type { JsonValue } from "../json/json-value.ts";
import type { StateEntry } from "../node/define-node.ts";
import type { DispatchPlan } from "../run/dispatch-plan.ts";
import type { LaneRef } from "../run/job-ref.ts";
import type { HandlerSample, HandlerTimes } from "../run/handler-times.ts";
import type { RunError, RunRecord } from "../run/run-record.ts";
import type { RunStatus } from "../run/states.ts";
import type { Workflow } from "../workflow/workflow.ts";

export interface ClaimNodeParams {
  readonly lane: LaneRef;
  /** Unique to this claim. Only its holder may commit. */
  readonly token: string;
  /** Who claims, for the record. */
  readonly worker: string;
  /** Whether to go on with the node that the lane holds from a process that died: only with a lane's first claim. */
  readonly takeOver: boolean;
  /** Whether going on with such a node counts no crash: Redis was in trouble lately, and lanes were lost whose processes live. @default false */
  readonly isForgiven?: boolean;
}

export interface ClaimedNode {
  readonly kind: "claimed";
  readonly nodeId: string;
  /** The level under way: the lane's, or a later one that its lanes have gone on to. */
  readonly level: number;
  readonly epoch: number;
  /** From 1. */
  readonly attempt: number;
  /** Earlier claims of this attempt that ended in a dead process. */
  readonly crashCount: number;
  /** Whether the node runs in its level's ordered group and so may use shared state. */
  readonly ordered: boolean;
  /** How long ago a worker first handed this node back for not knowing its type, in ms. */
  readonly unknownTypeForMs?: number;
}

/**
 * `wait`: nothing now, something later (a retry is due, or the run is at its concurrency limit); `drained`: nothing left for this lane;
 * `stopped`: the run is paused, stopping or over; `superseded`: the lane belongs to an issuing that was replaced.
 */
export type ClaimNodeOutcome =
  | ClaimedNode
  | { readonly kind: "wait"; readonly delayMs: number }
  | { readonly kind: "drained" }
  | { readonly kind: "stopped"; readonly status: RunStatus }
  | { readonly kind: "superseded" };

/** The right to an attempt's outcome. */
export interface ClaimRef {
  readonly runId: string;
  readonly epoch: number;
  readonly nodeId: string;
  readonly token: string;
}

export type StateChange =
  | { readonly kind: "set"; readonly key: string; readonly value: JsonValue; readonly ttlMs?: number }
  | { readonly kind: "delete"; readonly key: string };

export interface CommitNodeParams {
  readonly claim: ClaimRef;
  /** JSON text of the result. */
  readonly result: string;
  readonly stateChanges: readonly StateChange[];
}

/** `committed-level`: with this one every node of the level is committed; `stale`: the claim has moved or ended; `run-stopped`: the run no longer takes results. Both are refused and counted. */
export type CommitNodeOutcome = "committed" | "committed-level" | "stale" | "run-stopped";

/** Nodes of a level whose handlers were run before they are claimed, as those of pure types may be. */
export interface CommitAheadParams {
  readonly lane: LaneRef;
  /** Who ran them, for the record. */
  readonly worker: string;
  readonly epoch: number;
  /** Of the nodes: the lane's, or a later one that it has gone on to. */
  readonly level: number;
  readonly nodes: readonly AheadResult[];
}

export interface AheadResult {
  readonly nodeId: string;
  /** JSON text. */
  readonly result: string;
}

export interface EnterLevelParams {
  /** A lane whose barrier stands for the run. */
  readonly lane: LaneRef;
  readonly epoch: number;
  /** Of the level that follows; its one lane is the one that asks. None of its nodes is committed. */
  readonly plan: DispatchPlan;
}

export interface StartRunParams {
  /** The lane that the run starts with, and that stands for it. */
  readonly lane: LaneRef;
  readonly epoch: number;
  /** Of the first level. */
  readonly plan: DispatchPlan;
}

/** `already-advanced`: this lane has started it before; `superseded`: the run is paused or stopping, or a scheduler has issued it anew. */
export type StartRunOutcome = "advanced" | "already-advanced" | "superseded" | "finished";

/** `not-over`: nodes of the level before are not committed; `superseded`: the lane is not one of those that stand for the run, or the run does not go on. */
export type EnterLevelOutcome = "entered" | "not-over" | "superseded";

export interface FailAttemptParams {
  readonly claim: ClaimRef;
  /** The message is the full text, `error executing node <id>: …`. */
  readonly error: RunError;
  /** When to try again; absent if no attempt is left or no retry can mend it. Then the run is set `failing`. */
  readonly retryDelayMs?: number;
  /** How long the rest of the run may take to end, if this fails it. */
  readonly graceMs: number;
}

/** `recorded`: the run was stopping already and lists this failure too. */
export type FailAttemptOutcome = "retrying" | "failed-run" | "recorded" | "stale";

export interface FinishRunParams {
  readonly runId: string;
  readonly epoch: number;
  readonly outcome: "completed" | "failed" | "cancelled";
  /** Of a caller that asks for it right behind the commit that is to complete this level: refused (`superseded`) if that has not. */
  readonly behindLevel?: number;
}

/** `claims-live`: a stopping run's handlers still run and its grace is not over. */
export type FinishRunOutcome =
  | { readonly kind: "finished" | "already-finished" | "superseded" }
  | { readonly kind: "claims-live"; readonly remainingMs: number };

/** Why a claim is given back without an outcome. It uses no attempt and is no crash. */
export type ReleaseReason = "run-stopped" | "worker-stopping" | "unknown-type" | "needs-order";

export interface HeartbeatParams {
  readonly worker: string;
  readonly pool: string;
  readonly types: readonly string[];
  readonly claims: readonly ClaimRef[];
  /** Nodes that run ahead of their claims, of which the store knows nothing but their run. @default none */
  readonly ahead?: readonly ClaimRef[];
  /** Both for people who look at what runs. */
  readonly version?: string | undefined;
  readonly concurrency?: number;
}

/** What a handler is told to stop for: the whole run, or one claim. */
export interface AbortNotice {
  readonly runId: string;
  /** Only the claim with this token; all of the run's if absent. */
  readonly token?: string;
}

/** What a worker does to the store. */
export interface WorkerStore {
  loadRun(params: { readonly runId: string }): Promise<RunRecord | undefined>;
  loadWorkflow(params: { readonly workflowHash: string }): Promise<Workflow | undefined>;
  /** The input that the run was enqueued with. */
  readInput(params: { readonly runId: string }): Promise<JsonValue | undefined>;
  /** Results of these nodes as JSON text, in the same order. */
  readInputs(params: { readonly runId: string; readonly nodeIds: readonly string[] }): Promise<readonly (string | undefined)[]>;
  /** Entries of the run's shared state, in the same order, by Redis' clock. */
  readState(params: { readonly runId: string; readonly keys: readonly string[] }): Promise<readonly StateEntry[]>;
  /** Takes the lane's next node, for a lane or one of its strands: the one it had claimed before a crash, a retry that is due, the ordered group's next, a free one. */
  claimNode(params: ClaimNodeParams): Promise<ClaimNodeOutcome>;
  /** Has the attempt time out, by Redis' clock. */
  armTimeout(params: { readonly claim: ClaimRef; readonly timeoutMs: number }): Promise<void>;
  /** Writes result, state changes, counters and event together, if the claim holds and the run takes results. */
  commitNode(params: CommitNodeParams): Promise<CommitNodeOutcome>;
  /**
   * Claims nodes and commits their results at once, in a run that goes on. Answers how many: all before the first that is not the next one of
   * the list that lanes of this pool take from, for its first attempt. The others are refused.
   */
  commitAhead(params: CommitAheadParams): Promise<number>;
  failAttempt(params: FailAttemptParams): Promise<FailAttemptOutcome>;
  /** Makes the first level of a run current, and with it the run running, for the lane that it starts with. Compare-and-set; may be repeated. */
  startRun(params: StartRunParams): Promise<StartRunOutcome>;
  /** Makes the next level current without a new barrier, once every node of the one before is committed. Compare-and-set; may be repeated. */
  enterLevel(params: EnterLevelParams): Promise<EnterLevelOutcome>;
  /** Ends a run whose last level is committed. What a scheduler does as well when the barrier fires. */
  finishRun(params: FinishRunParams): Promise<FinishRunOutcome>;
  /** Node types that handlers were seen or declared to use shared state with. */
  readStatefulTypes(): Promise<ReadonlySet<string>>;
  /** Gives a claim back; in a run that is stopping its node ends as cancelled. After `needs-order` the node waits for the level to be issued again, with its type known as stateful. */
  releaseClaim(params: {
    readonly claim: ClaimRef;
    readonly reason: ReleaseReason;
    readonly type: string;
    readonly pool: string;
  }): Promise<void>;
  reportProgress(params: { readonly claim: ClaimRef; readonly fraction: number; readonly note?: string }): Promise<void>;
  /** Makes these types known as stateful before any of their nodes runs. */
  registerStatefulTypes(types: readonly string[]): Promise<void>;
  /** How long handlers of each type take, in ms, as far as workers have told. */
  readHandlerTimes(): Promise<HandlerTimes>;
  /** Adds to what is known of how long handlers take. Answers all that is known now. */
  noteHandlerTimes(samples: ReadonlyMap<string, HandlerSample>): Promise<HandlerTimes>;
  /** Keeps the worker known as live and answers the tokens of claims that are lost, and of all whose run takes no results. */
  heartbeat(params: HeartbeatParams): Promise<readonly string[]>;
  /** Takes the worker out of the live ones. */
  removeWorker(params: { readonly worker: string }): Promise<void>;
  /** Whether a live worker of the pool knows the type. */
  isTypeServed(params: { readonly type: string; readonly pool: string }): Promise<boolean>;
  /** How many workers of the pool are live. */
  countWorkers(params: { readonly pool: string }): Promise<number>;
  /** Calls back as soon as handlers are to stop. Only the fast path: the heartbeat finds what a lost message did not. */
  onAbort(listener: (notice: AbortNotice) => void): Promise<() => void>;
}
