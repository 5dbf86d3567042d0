import { setImmediate as nextTurn } from "node:timers/promises";
import { DEFAULTS } from "../../src/core/config/defaults.ts";
import { parseSettings } from "../../src/core/config/settings.ts";
import type { AnyNodeDefinition } from "../../src/core/node/define-node.ts";
import { createNodeRegistry } from "../../src/core/node/node-registry.ts";
import type { JobQueue } from "../../src/core/ports/job-queue.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { RunStore } from "../../src/core/ports/run-store.ts";
import { createBuiltinNodes } from "../../src/nodes/builtin-nodes.ts";
import type { EnqueueOptions } from "../../src/producer/enqueue-options.ts";
import type { RunHandle } from "../../src/producer/run-handle.ts";
import { RunProducer } from "../../src/producer/run-producer.ts";
import { createMemoryQueue } from "../../src/queue/memory/memory-job-queue.ts";
import { builtinTypes } from "../../src/runtime/builtin-types.ts";
import { RunScheduler } from "../../src/scheduler/run-scheduler.ts";
import { createMemoryStore } from "../../src/store/memory/memory-run-store.ts";
import { ActiveClaims } from "../../src/worker/active-claims.ts";
import { ResultCache } from "../../src/worker/result-cache.ts";
import { RunCache } from "../../src/worker/run-cache.ts";
import { RunWorker } from "../../src/worker/run-worker.ts";
import type { WorkerContext } from "../../src/worker/worker-context.ts";
import { InjectedFault, withFaults } from "./faults.ts";

const STORE_METHODS = [
  "createRun",
  "loadRun",
  "loadWorkflow",
  "readInput",
  "readInputs",
  "readState",
  "readCommitted",
  "readStatefulTypes",
  "claimNode",
  "armTimeout",
  "commitNode",
  "failAttempt",
  "releaseClaim",
  "heartbeat",
  "isTypeServed",
  "dispatchLevel",
  "finishRun",
  "failRun",
  "takeDeadlines",
  "listUnfinished",
  "retryRun",
  "cancelRun",
  "pauseRun",
  "resumeRun",
];
const QUEUE_METHODS = ["addStart", "addStop", "addLevel", "removeWaitingLanes", "isCarried"];

const SETTINGS = {
  ...parseSettings({
    abortGraceMs: 50,
    unknownTypeGraceMs: 0,
    sweepIntervalMs: 50,
    deadlinePollMs: 10,
    heartbeatMs: 50,
    maxCrashCount: 10_000,
  }),
  sweepMinAgeMs: 20,
  reapIntervalMs: DEFAULTS.reapIntervalMs,
  retentionMs: 0,
  shutdownGraceMs: 0,
};

export interface SimulationOptions {
  readonly random: () => number;
  /** Share of the calls to store and queue that fail. */
  readonly faultRate: number;
  readonly nodes?: readonly AnyNodeDefinition[];
  readonly workers?: number;
  readonly schedulers?: number;
}

/** The three roles over adapters in memory that fail at random. Who watches sees what is true. */
export interface Simulation {
  /** Enqueues, repeating with the run id that an uncertain answer carried. */
  enqueue(payload: unknown, options?: EnqueueOptions): Promise<RunHandle>;
  /** Does something again until no fault comes in between. */
  insist<T>(action: (run: RunHandle) => Promise<T>, run: RunHandle): Promise<T>;
  /** Ends a worker at once and puts another in its place. */
  replaceWorker(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { random, faultRate: rate, nodes = [], workers: workerCount = 2, schedulers: schedulerCount = 2 } = options;
  const store = createMemoryStore();
  const queue = createMemoryQueue();
  const faultyStore = withFaults(store, { random, rate, methods: STORE_METHODS });
  const faultyQueue = withFaults(queue, { random, rate, methods: QUEUE_METHODS });
  const schedulers = Array.from(
    { length: schedulerCount },
    () =>
      new RunScheduler({
        store: faultyStore,
        queue: faultyQueue,
        settings: { ...SETTINGS, concurrency: 4 },
        builtinTypes: builtinTypes(),
        random,
        log: SILENT_LOGGER,
      }),
  );
  let started = 0;
  const startWorker = async (): Promise<RunWorker> => {
    started += 1;
    const worker = createSimulatedWorker(faultyStore, faultyQueue, { nodes, random, name: `worker-${started}` });
    await untilNoFault(() => worker.start());
    return worker;
  };
  const workers: RunWorker[] = [];
  for (let i = 0; i < workerCount; i += 1) workers.push(await startWorker());
  for (const scheduler of schedulers) await scheduler.start();
  const faulty = createSimulatedProducer(faultyStore, faultyQueue);
  const truthful = createSimulatedProducer(store, queue);
  return {
    enqueue: async (payload, enqueueOptions = {}) => truthful.run((await enqueueSurely(faulty, payload, enqueueOptions)).id),
    insist: (action, run) => untilNoFault(() => action(faulty.run(run.id))),
    replaceWorker: async () => {
      await workers.shift()?.stop();
      workers.push(await startWorker());
    },
    stop: async () => {
      await Promise.all([...schedulers, ...workers].map((role) => role.stop()));
      await queue.stop();
      await store.stop();
    },
  };
}

function createSimulatedWorker(
  store: RunStore,
  queue: JobQueue,
  {
    nodes,
    random,
    name,
  }: Pick<WorkerContext, "random"> & { readonly nodes: readonly AnyNodeDefinition[]; readonly name: string },
): RunWorker {
  let tokenCount = 0;
  return new RunWorker({
    store,
    queue,
    registry: createNodeRegistry([...createBuiltinNodes(), ...nodes]),
    settings: { ...SETTINGS, worker: name, pool: "default", concurrency: 4 },
    active: new ActiveClaims(),
    runs: new RunCache(store),
    results: new ResultCache(store),
    readSecret: () => undefined,
    newToken: () => `${name}.${(tokenCount += 1)}`,
    random,
    log: SILENT_LOGGER,
  });
}

function createSimulatedProducer(store: RunStore, queue: JobQueue): RunProducer {
  const { maxNodes, maxEdges, maxPayloadBytes, abortGraceMs } = SETTINGS;
  const limits = { maxNodes, maxEdges, maxPayloadBytes };
  const settings = { limits, abortGraceMs, eventPollMs: 5, resultPollMs: 20 };
  return new RunProducer({ ready: async () => {}, store, queue, settings, log: SILENT_LOGGER });
}

async function enqueueSurely(producer: RunProducer, payload: unknown, options: EnqueueOptions): Promise<RunHandle> {
  let runId = options.runId;
  for (;;) {
    try {
      return await producer.enqueue(payload, runId === undefined ? options : { ...options, runId });
    } catch (error) {
      const { code, runId: uncertain } = error as { code?: string; runId?: string };
      if (code !== "ENQUEUE_UNCERTAIN") throw error;
      runId = uncertain;
    }
  }
}

async function untilNoFault<T>(action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof InjectedFault)) throw error;
      await nextTurn();
    }
  }
}
