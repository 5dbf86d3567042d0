import type { Deadline } from "../../core/ports/scheduler-store.ts";
import type { AbortNotice, ClaimRef } from "../../core/ports/worker-store.ts";
import { DEFAULTS } from "../../core/config/defaults.ts";
import type { DispatchPlan } from "../../core/run/dispatch-plan.ts";
import type { RunEvent, RunEventType } from "../../core/run/run-event.ts";
import type { LevelTiming, RunError, RunRecord } from "../../core/run/run-record.ts";
import type { NodeStatus } from "../../core/run/states.ts";
import type { Workflow } from "../../core/workflow/workflow.ts";
import type { FifoList } from "./fifo-list.ts";

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** An entry of the deadline set; whoever armed it keeps it to disarm it. */
export interface ArmedDeadline {
  at: number;
  readonly deadline: Deadline;
}

export interface MemoryNode {
  status: NodeStatus;
  /** Of a running or ended node its attempt; of a pending one the attempts that were used. */
  attempt: number;
  /** Claims of the attempt that ended in a dead process. */
  crashCount: number;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  worker: string | undefined;
  error: RunError | undefined;
  /** When the next attempt is due, of a pending node that failed before. */
  retryAt: number | undefined;
  /** When a worker first handed the node back for not knowing its type. */
  unknownTypeSince: number | undefined;
}

/** A node as it lies in a list: which lanes may take it, and whether it belongs to the ordered group. */
export interface ListedNode {
  readonly nodeId: string;
  readonly pool: string;
  readonly ordered: boolean;
}

export interface MemoryClaim extends ListedNode {
  readonly token: string;
  readonly lane: MemoryLane;
  timeout?: ArmedDeadline;
}

export interface HeldRetry extends ListedNode {
  readonly retryAt: number;
}

/** What a lane has in hand: the node it runs, and nodes whose next attempt it waits for. */
export interface MemoryLane {
  claim: MemoryClaim | undefined;
  retries: HeldRetry[];
}

/** Everything about one run. */
export interface MemoryRun {
  readonly record: Mutable<RunRecord>;
  readonly requestHash: string;
  readonly idempotencyKey: string | undefined;
  /** JSON text, so that every reader gets a value of its own. */
  inputText: string | undefined;
  /** When the run was created or its jobs were issued last. */
  dispatchedAt: number;
  readonly nodes: Map<string, MemoryNode>;
  /** JSON texts of committed results. */
  readonly results: Map<string, string>;
  readonly shared: Map<string, { readonly text: string; readonly expiresAt: number }>;
  readonly claims: Map<string, MemoryClaim>;
  waitingRetryCount: number;
  /** Whether a node of the ordered group is claimed or waits for a retry. */
  orderedBusy: boolean;
  free: Map<string, FifoList<ListedNode>>;
  ordered: FifoList<ListedNode>;
  readonly lanes: Map<number, MemoryLane>;
  /** Nodes of the current level, committed ones included. */
  levelWidth: number;
  planned: Pick<DispatchPlan, "lanes" | "strands">;
  readonly timings: Map<number, Mutable<LevelTiming>>;
  timeout: ArmedDeadline | undefined;
  /** What is left of a paused run's timeout. */
  timeoutLeftMs: number | undefined;
  /** What is left of the timeouts of running nodes while the run is paused. */
  readonly claimTimeoutsLeftMs: Map<ArmedDeadline, number>;
  finishDeadline: ArmedDeadline | undefined;
  /** Commits that were refused, for a lost claim or a run that takes no results. */
  refusedCount: number;
  readonly events: RunEvent[];
  eventCount: number;
}

export interface MemoryWorker {
  readonly pool: string;
  readonly types: readonly string[];
  readonly version?: string | undefined;
  readonly concurrency?: number;
  readonly running: number;
  readonly seenAt: number;
}

export interface MemoryScheduler {
  readonly version?: string | undefined;
  readonly seenAt: number;
}

/** All that the store holds. Transitions are plain functions over it that never await, and so are atomic. */
export interface MemoryState {
  readonly now: () => number;
  /** In order of creation. */
  readonly runs: Map<string, MemoryRun>;
  readonly runIdsByKey: Map<string, string>;
  readonly definitions: Map<string, { readonly workflow: Workflow; runCount: number }>;
  readonly deadlines: Set<ArmedDeadline>;
  readonly workers: Map<string, MemoryWorker>;
  readonly schedulers: Map<string, MemoryScheduler>;
  readonly statefulTypes: Set<string>;
  /** How long handlers take, in ms, by type. */
  readonly handlerTimes: Map<string, number>;
  readonly abortListeners: Set<(notice: AbortNotice) => void>;
  readonly finishListeners: Set<(runId: string) => void>;
  /** Called with the ms until a deadline passes. */
  readonly deadlineListeners: Set<(inMs: number) => void>;
}

export function createMemoryState(now: () => number, handlerTimes: Map<string, number>): MemoryState {
  return {
    now,
    runs: new Map(),
    runIdsByKey: new Map(),
    definitions: new Map(),
    deadlines: new Set(),
    workers: new Map(),
    schedulers: new Map(),
    statefulTypes: new Set(),
    handlerTimes,
    abortListeners: new Set(),
    finishListeners: new Set(),
    deadlineListeners: new Set(),
  };
}

/** A run's record as callers get it. */
export function snapshotRun({ record }: MemoryRun): RunRecord {
  return record.cause === undefined ? { ...record } : { ...record, cause: { ...record.cause } };
}

/** The claim that a reference names, if its token is still the current one. */
export function findClaim(
  state: MemoryState,
  ref: ClaimRef,
): { readonly run: MemoryRun; readonly claim: MemoryClaim } | undefined {
  const run = state.runs.get(ref.runId);
  const claim = run?.claims.get(ref.nodeId);
  if (run === undefined || claim === undefined) return undefined;
  return run.record.epoch === ref.epoch && claim.token === ref.token ? { run, claim } : undefined;
}

/** The record of a node that was claimed: it is made with the first claim and never removed. */
export function nodeOf(run: MemoryRun, nodeId: string): MemoryNode {
  const known = run.nodes.get(nodeId);
  if (known !== undefined) return known;
  const node: MemoryNode = {
    status: "pending",
    attempt: 0,
    crashCount: 0,
    startedAt: undefined,
    finishedAt: undefined,
    worker: undefined,
    error: undefined,
    retryAt: undefined,
    unknownTypeSince: undefined,
  };
  run.nodes.set(nodeId, node);
  return node;
}

/** Takes a claim away, with its timeout and its place in the lane and the ordered group. The node's status is the caller's to set. */
export function endClaim(state: MemoryState, run: MemoryRun, claim: MemoryClaim): void {
  run.claims.delete(claim.nodeId);
  if (claim.lane.claim === claim) claim.lane.claim = undefined;
  if (claim.ordered) run.orderedBusy = false;
  disarm(state, claim.timeout);
}

/** Has a lane wait for a node's next attempt, which keeps its place under `maxConcurrency` and in the ordered group. */
export function holdRetry(run: MemoryRun, lane: MemoryLane, { nodeId, pool, ordered }: ListedNode, retryAt: number): void {
  lane.retries.push({ nodeId, pool, ordered, retryAt });
  run.waitingRetryCount += 1;
  if (ordered) run.orderedBusy = true;
}

export function arm(state: MemoryState, at: number, deadline: Deadline): ArmedDeadline {
  const armed = { at, deadline };
  state.deadlines.add(armed);
  const inMs = at - state.now();
  if (inMs < DEFAULTS.deadlineNoticeMs) publish(state.deadlineListeners, inMs);
  return armed;
}

export function disarm(state: MemoryState, armed: ArmedDeadline | undefined): void {
  if (armed !== undefined) state.deadlines.delete(armed);
}

/** Has the timeout of a paused run's node stand still. */
export function holdTimeout(state: MemoryState, run: MemoryRun, timeout: ArmedDeadline): void {
  run.claimTimeoutsLeftMs.set(timeout, Math.max(0, timeout.at - state.now()));
  disarm(state, timeout);
}

/** Ends a node whose outcome nobody takes any more. */
export function cancelNode(state: MemoryState, run: MemoryRun, nodeId: string): void {
  const node = nodeOf(run, nodeId);
  node.status = "cancelled";
  node.finishedAt = state.now();
  node.retryAt = undefined;
  appendEvent(state, run, "node-cancelled", { level: run.record.level, nodeId });
}

/** Cancels the nodes whose next attempt a lane waits for. */
export function cancelHeldRetries(state: MemoryState, run: MemoryRun): void {
  for (const lane of run.lanes.values()) {
    for (const { nodeId, ordered } of lane.retries) {
      if (ordered) run.orderedBusy = false;
      cancelNode(state, run, nodeId);
    }
    lane.retries = [];
  }
  run.waitingRetryCount = 0;
}

export function appendEvent(
  state: MemoryState,
  run: MemoryRun,
  type: RunEventType,
  details: Omit<RunEvent, "id" | "type" | "at" | "epoch"> = {},
): void {
  run.eventCount += 1;
  run.events.push({ id: String(run.eventCount), type, at: state.now(), epoch: run.record.epoch, ...details });
  // Dropping in larger portions keeps an append at constant cost.
  if (run.events.length >= DEFAULTS.maxEventCount * 1.1) run.events.splice(0, run.events.length - DEFAULTS.maxEventCount);
}

const ENDED = Promise.resolve();

/** Tells listeners once the transition is over, so that none of them can act in the middle of it. */
export function publish<T>(listeners: ReadonlySet<(message: T) => void>, message: T): void {
  for (const listener of listeners) void ENDED.then(() => listener(message));
}
