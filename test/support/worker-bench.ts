import { DEFAULTS } from "../../src/core/config/defaults.ts";
import type { AnyNodeDefinition } from "../../src/core/node/define-node.ts";
import { createNodeRegistry } from "../../src/core/node/node-registry.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { RunStore } from "../../src/core/ports/run-store.ts";
import type { ClaimedNode } from "../../src/core/ports/worker-store.ts";
import type { LaneRef } from "../../src/core/run/job-ref.ts";
import { JobHold } from "../../src/core/run/job-hold.ts";
import { planDispatch } from "../../src/core/run/dispatch-plan.ts";
import { newRunId } from "../../src/core/run/new-run-id.ts";
import { Remembered } from "../../src/core/time/remembered.ts";
import { parseWorkflow } from "../../src/core/workflow/parse-workflow.ts";
import { planOf } from "../../src/core/workflow/workflow-plan.ts";
import { createMemoryQueue } from "../../src/queue/memory/memory-job-queue.ts";
import { createMemoryStore } from "../../src/store/memory/memory-run-store.ts";
import { ActiveClaims } from "../../src/worker/active-claims.ts";
import { HandlerSlots } from "../../src/worker/handler-slots.ts";
import { LoopWatch } from "../../src/worker/loop-watch.ts";
import { TurnWatch } from "../../src/core/time/turn-watch.ts";
import { executeNode } from "../../src/worker/execute-node.ts";
import type { NodeEnd } from "../../src/worker/node-end.ts";
import { ResultCache } from "../../src/worker/result-cache.ts";
import { RunCache } from "../../src/worker/run-cache.ts";
import { TimeKeeper } from "../../src/worker/time-keeper.ts";
import type { WorkerContext } from "../../src/worker/worker-context.ts";
import type { Payload } from "./payloads.ts";

/** One dispatched level in a store in memory, whose nodes a test claims and executes by hand. */
export interface WorkerBench {
  readonly store: RunStore;
  readonly context: WorkerContext;
  readonly runId: string;
  readonly lane: LaneRef;
  claim(options?: { readonly token?: string; readonly takeOver?: boolean }): Promise<ClaimedNode>;
  execute(claimed: ClaimedNode, options?: { readonly token?: string; readonly hold?: JobHold }): Promise<NodeEnd>;
}

export interface WorkerBenchOptions {
  readonly payload: Payload;
  readonly nodes: readonly AnyNodeDefinition[];
  readonly settings?: Partial<WorkerContext["settings"]>;
  /** Ids of the nodes in the ordered group. */
  readonly ordered?: readonly string[];
  /** Stands between the worker and the store. */
  readonly wrap?: (store: RunStore) => RunStore;
}

export async function createWorkerBench(options: WorkerBenchOptions): Promise<WorkerBench> {
  const { payload, nodes, settings = {}, ordered = [], wrap = (plain: RunStore) => plain } = options;
  const store = createMemoryStore();
  const runId = newRunId();
  const workflow = parseWorkflow(payload);
  const { levels, nodesById } = planOf(workflow);
  await store.createRun({
    runId,
    workflow,
    workflowHash: "hash",
    levelCount: levels.length,
    input: undefined,
    idempotencyKey: undefined,
    requestHash: "request",
  });
  const plan = planDispatch({
    level: 0,
    nodes: (levels[0] ?? []).map((id) => nodesById.get(id)!),
    options: workflow.options,
    maxLanesPerLevel: 10,
    isStateful: ({ id }) => ordered.includes(id),
    readsContext: () => false,
    timeOf: () => undefined,
    remainingOf: () => 0,
  });
  // A node that is alone counts as ordered; a test says itself what is.
  const only = plan.ordered.filter(({ nodeId }) => !ordered.includes(nodeId)).map(({ nodeId }) => nodeId);
  const free = new Map([...plan.free, ...(only.length === 0 ? [] : [["default", only] as const])]);
  const dispatched = { ...plan, free, ordered: plan.ordered.filter(({ nodeId }) => ordered.includes(nodeId)) };
  await store.dispatchLevel({
    runId,
    epoch: 1,
    expected: { dispatch: 1, level: -1 },
    dispatch: 1,
    plan: dispatched,
    committedInLevel: 0,
  });
  const seen = wrap(store);
  // How busy the machine is changes nothing of what a worker asks for.
  const turns = new TurnWatch(() => 0);
  const context: WorkerContext = {
    store: seen,
    queue: createMemoryQueue(),
    registry: createNodeRegistry(nodes),
    settings: {
      worker: "bench",
      pool: "default",
      concurrency: 1,
      heartbeatMs: 1_000,
      abortGraceMs: 10,
      shutdownGraceMs: 0,
      unknownTypeGraceMs: 0,
      adaptiveLanes: true,
      maxCrashCount: 1,
      maxResultBytes: DEFAULTS.maxResultBytes,
      ...settings,
    },
    active: new ActiveClaims(),
    slots: new HandlerSlots(1),
    times: new TimeKeeper({ store: seen, turns, log: SILENT_LOGGER }),
    statefulTypes: new Remembered(() => seen.readStatefulTypes(), { maxAgeMs: 0 }),
    workerCount: new Remembered(() => seen.countWorkers({ pool: "default" }), { maxAgeMs: 0 }),
    loop: new LoopWatch(SILENT_LOGGER),
    turns,
    runs: new RunCache(seen),
    results: new ResultCache(seen),
    readSecret: () => undefined,
    newToken: () => "unused",
    random: () => 0,
    log: SILENT_LOGGER,
  };
  const lane: LaneRef = { runId, dispatch: 1, level: 0, lane: 0, pool: "default" };
  return {
    store,
    context,
    runId,
    lane,
    claim: async ({ token = "token", takeOver = false } = {}) => {
      const claimed = await store.claimNode({ lane, token, worker: "bench", takeOver });
      if (claimed.kind !== "claimed") throw new Error(`the claim was answered with ${claimed.kind}`);
      return claimed;
    },
    execute: (claimed, { token = "token", hold = new JobHold() } = {}) =>
      executeNode(context, lane, claimed, { token, hold, onCommit: () => undefined }),
  };
}
