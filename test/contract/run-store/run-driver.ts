import { randomUUID } from "node:crypto";
import { expect, onTestFinished } from "vitest";
import type { JsonValue } from "../../../src/core/json/json-value.ts";
import type { DispatchLevelOutcome } from "../../../src/core/ports/scheduler-store.ts";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import type {
  ClaimedNode,
  ClaimNodeOutcome,
  ClaimRef,
  FailAttemptParams,
  FinishRunParams,
  ReleaseReason,
  StateChange,
} from "../../../src/core/ports/worker-store.ts";
import type { RunErrorCode } from "../../../src/core/errors/catalogue.ts";
import type { DispatchPlan } from "../../../src/core/run/dispatch-plan.ts";
import { newRunId } from "../../../src/core/run/new-run-id.ts";
import type { RunEvent, RunEventType } from "../../../src/core/run/run-event.ts";
import type { NodeRecord, RunRecord } from "../../../src/core/run/run-record.ts";
import { DEFAULT_POOL, type Workflow, type WorkflowOptions } from "../../../src/core/workflow/workflow.ts";

/** A store with what a test needs around it. */
export interface StoreUnderTest {
  readonly store: RunStore;
  /** Another process' view of the same data. */
  readonly peer: RunStore;
  /** Lets at least this much of the store's time pass. */
  readonly advance: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface RunStoreContract {
  readonly name: string;
  /** Whether the store's clock is moved by hand: only then are long spans tested. */
  readonly isClockManual: boolean;
  /** A started store that is empty. */
  readonly create: () => Promise<StoreUnderTest>;
}

export async function openStore(contract: RunStoreContract): Promise<StoreUnderTest> {
  const opened = await contract.create();
  onTestFinished(() => opened.close());
  return opened;
}

export function workflowOf(nodeIds: readonly string[], options: WorkflowOptions = {}, workflowId?: string): Workflow {
  const nodes = nodeIds.map((id) => ({ id, type: "test", data: {}, options: {} }));
  return { ...(workflowId === undefined ? {} : { workflowId }), nodes, edges: [], options };
}

export interface CreateOptions {
  readonly runId?: string;
  readonly nodeIds?: readonly string[];
  readonly options?: WorkflowOptions;
  readonly workflowId?: string;
  readonly workflowHash?: string;
  readonly levelCount?: number;
  readonly input?: JsonValue;
  readonly idempotencyKey?: string;
  readonly requestHash?: string;
}

export function createParams(given: CreateOptions = {}) {
  const {
    runId = newRunId(),
    nodeIds = ["a", "b", "c"],
    levelCount = 1,
    workflowHash = "hash-1",
    requestHash = "request-1",
  } = given;
  const workflow = workflowOf(nodeIds, given.options, given.workflowId);
  return { runId, workflow, workflowHash, levelCount, input: given.input, idempotencyKey: given.idempotencyKey, requestHash };
}

export interface DispatchOptions {
  readonly level?: number;
  /** Of the default pool, or by pool. */
  readonly free?: readonly string[] | ReadonlyMap<string, readonly string[]>;
  readonly ordered?: readonly (string | { readonly nodeId: string; readonly pool: string })[];
  readonly lanes?: Readonly<Record<string, number>>;
  readonly dispatch?: number;
  readonly expected?: { readonly dispatch: number; readonly level: number; readonly committedInLevel?: number };
  readonly epoch?: number;
  readonly committedInLevel?: number;
}

export interface ClaimOptions {
  readonly lane?: number;
  readonly pool?: string;
  readonly level?: number;
  readonly dispatch?: number;
  readonly worker?: string;
  readonly token?: string;
  readonly takeOver?: boolean;
}

export interface FailOptions {
  readonly retryDelayMs?: number;
  readonly graceMs?: number;
  readonly code?: RunErrorCode;
  readonly message?: string;
}

export type HeldClaim = ClaimedNode & { readonly ref: ClaimRef };

/** One run, and short words for what roles do to it. */
export interface RunDriver {
  readonly runId: string;
  record(): Promise<RunRecord>;
  node(nodeId: string): Promise<NodeRecord | undefined>;
  events(type?: RunEventType): Promise<readonly RunEvent[]>;
  eventTypes(): Promise<readonly RunEventType[]>;
  dispatch(options?: DispatchOptions): Promise<DispatchLevelOutcome>;
  claim(options?: ClaimOptions): Promise<ClaimNodeOutcome>;
  /** Claims, and fails the test if there is nothing to claim. */
  hold(options?: ClaimOptions): Promise<HeldClaim>;
  commit(claim: HeldClaim, result?: JsonValue, stateChanges?: readonly StateChange[]): ReturnType<RunStore["commitNode"]>;
  fail(claim: HeldClaim, options?: FailOptions): ReturnType<RunStore["failAttempt"]>;
  release(claim: HeldClaim, reason: ReleaseReason, options?: { readonly pool?: string; readonly type?: string }): Promise<void>;
  cancel(graceMs?: number): ReturnType<RunStore["cancelRun"]>;
  finish(outcome: FinishRunParams["outcome"], epoch?: number): ReturnType<RunStore["finishRun"]>;
}

/** Creates a run and hands out its driver. */
export async function createRun(store: RunStore, options: CreateOptions = {}): Promise<RunDriver> {
  const params = createParams(options);
  expect(await store.createRun(params)).toEqual({ kind: "created", runId: params.runId });
  return driveRun(store, params.runId);
}

/** The same with its only level dispatched: all of its nodes free, unless told otherwise. */
export async function startRun(
  store: RunStore,
  options: CreateOptions & { readonly plan?: DispatchOptions } = {},
): Promise<RunDriver> {
  const run = await createRun(store, options);
  const plan = options.plan ?? { free: options.nodeIds ?? ["a", "b", "c"] };
  expect((await run.dispatch(plan)).kind).toBe("advanced");
  return run;
}

export function driveRun(store: RunStore, runId: string): RunDriver {
  const record = async (): Promise<RunRecord> => {
    const found = await store.loadRun({ runId });
    if (found === undefined) throw new Error(`the store has no run ${runId}`);
    return found;
  };
  const events = async (type?: RunEventType): Promise<readonly RunEvent[]> => {
    const all = await store.readEvents({ runId, limit: 10_000 });
    return type === undefined ? all : all.filter((event) => event.type === type);
  };
  const claim = (options: ClaimOptions = {}): Promise<ClaimNodeOutcome> => {
    const {
      lane = 0,
      pool = DEFAULT_POOL,
      level = 0,
      dispatch = 1,
      worker = "worker-1",
      token = randomUUID(),
      takeOver = true,
    } = options;
    return store.claimNode({ lane: { runId, dispatch, level, lane, pool }, token, worker, takeOver });
  };
  return {
    runId,
    record,
    events,
    claim,
    node: async (nodeId) => (await store.readNodes({ runId })).get(nodeId),
    eventTypes: async () => (await events()).map((event) => event.type),
    dispatch: (options = {}) => store.dispatchLevel({ runId, ...dispatchParams(options) }),
    async hold(options = {}) {
      const token = options.token ?? randomUUID();
      const outcome = await claim({ ...options, token });
      if (outcome.kind !== "claimed") throw new Error(`claimNode answered ${JSON.stringify(outcome)} instead of a node`);
      return { ...outcome, ref: { runId, epoch: outcome.epoch, nodeId: outcome.nodeId, token } };
    },
    commit: ({ ref }, result = null, stateChanges = []) =>
      store.commitNode({ claim: ref, result: JSON.stringify(result), stateChanges }),
    fail: (held, options = {}) => store.failAttempt(failParams(held, options)),
    release: ({ ref }, reason, { pool = DEFAULT_POOL, type = "test" } = {}) =>
      store.releaseClaim({ claim: ref, reason, type, pool }),
    cancel: (graceMs = 60_000) => store.cancelRun({ runId, graceMs }),
    finish: (outcome, epoch = 1) => store.finishRun({ runId, epoch, outcome }),
  };
}

function dispatchParams(options: DispatchOptions) {
  const { level = 0, dispatch = 1, epoch = 1, committedInLevel = 0, expected = { dispatch: 1, level: level - 1 } } = options;
  return { epoch, dispatch, committedInLevel, expected, plan: planOf(options, level) };
}

function planOf({ free = [], ordered = [], lanes }: DispatchOptions, level: number): DispatchPlan {
  const lists =
    free instanceof Map ? (free as ReadonlyMap<string, readonly string[]>) : new Map([[DEFAULT_POOL, free as readonly string[]]]);
  const entries = ordered.map((entry) => (typeof entry === "string" ? { nodeId: entry, pool: DEFAULT_POOL } : entry));
  return { level, free: lists, ordered: entries, lanes: lanes ?? { [DEFAULT_POOL]: 1 }, strands: 1 };
}

function failParams({ ref, nodeId, attempt }: HeldClaim, options: FailOptions): FailAttemptParams {
  const { retryDelayMs, graceMs = 60_000, code = "NODE_FAILED", message = "boom" } = options;
  const error = { code, message: `error executing node ${nodeId}: ${message}`, nodeId, level: 0, attempt };
  return { claim: ref, error, ...(retryDelayMs === undefined ? {} : { retryDelayMs }), graceMs };
}
