import { DEFAULTS } from "../core/config/defaults.ts";
import type { Settings } from "../core/config/settings.ts";
import type { JobQueue } from "../core/ports/job-queue.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { RunStore } from "../core/ports/run-store.ts";
import type { Tracing } from "../core/ports/tracing.ts";
import { MAX_STRANDS } from "../core/run/job-ref.ts";
import { OPEN_GATE } from "../core/time/gate.ts";
import { poolsOf } from "../core/workflow/pools-of.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import type { Workflow } from "../core/workflow/workflow.ts";
import { RunProducer } from "../producer/run-producer.ts";
import { createMemoryQueue } from "../queue/memory/memory-job-queue.ts";
import { RunScheduler } from "../scheduler/run-scheduler.ts";
import { createMemoryStore } from "../store/memory/memory-run-store.ts";
import { traceStore } from "../telemetry/trace-store.ts";
import { findTracing } from "../telemetry/tracing.ts";
import { ActiveClaims } from "../worker/active-claims.ts";
import { LoopWatch } from "../worker/loop-watch.ts";
import { ResultCache } from "../worker/result-cache.ts";
import { RunCache } from "../worker/run-cache.ts";
import { RunWorker } from "../worker/run-worker.ts";
import { builtinTypes } from "./builtin-types.ts";
import type { LocalSetup } from "./local-setup.ts";
import { readSecretFromEnvironment } from "./read-secret.ts";

/** The three roles over a store and a queue in memory, for one run. */
export interface LocalEngine {
  readonly producer: RunProducer;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface LocalEngineParams extends Pick<LocalSetup, "settings" | "registry"> {
  /** What is going to run. */
  readonly workflow: Workflow;
  readonly log: Logger;
}

interface Adapters {
  readonly store: RunStore;
  readonly queue: JobQueue;
  readonly tracing: Tracing | undefined;
}

/** How often live events are read, in ms: of a store in memory that costs next to nothing. */
const EVENT_POLL_MS = 5;

/** What runs of this process have shown of how long handlers take. */
const HANDLER_TIMES = new Map<string, number>();

export function createLocalEngine(params: LocalEngineParams): LocalEngine {
  const tracing = findTracing();
  const store = createMemoryStore({ handlerTimes: HANDLER_TIMES });
  if (tracing !== undefined) traceStore(store, tracing);
  const queue = createMemoryQueue({ logger: params.log, onSchedulerJob: () => void startScheduler() });
  const adapters: Adapters = { store, queue, tracing };
  // Most runs are one lane's from their start to their end, and no scheduler's.
  let scheduler: RunScheduler | undefined;
  const startScheduler = async (): Promise<void> => {
    if (scheduler !== undefined) return;
    scheduler = createScheduler(adapters, params);
    await scheduler.start();
  };
  const workers = createWorkers(adapters, params);
  const producer = createProducer(adapters, params);
  return {
    producer,
    start: async () => {
      // Without a job it fires the deadlines of nodes.
      if (hasDeadlines(params.workflow)) await startScheduler();
      // Or that of a run which stops, however long its lanes take to notice.
      await store.onAbort(({ token }) => {
        if (token === undefined) void startScheduler();
      });
      await Promise.all(workers.map((worker) => worker.start()));
    },
    stop: async () => {
      await producer.close();
      for (const worker of workers) await worker.stop();
      await scheduler?.stop();
      await queue.stop();
      await store.stop();
    },
  };
}

function hasDeadlines({ nodes }: Workflow): boolean {
  return nodes.some(({ options }) => options.timeoutMs !== undefined);
}

function createScheduler({ store, queue }: Adapters, { settings, workflow, log }: LocalEngineParams): RunScheduler {
  const { adaptiveLanes, runOrder, abortGraceMs, heartbeatMs, sweepIntervalMs, deadlinePollMs, retentionMs } = settings;
  const { sweepMinAgeMs } = DEFAULTS;
  const maxLanesPerLevel = lanesFor(workflow, settings);
  const intervals = { heartbeatMs, sweepIntervalMs, sweepMinAgeMs, deadlinePollMs, retentionMs };
  return new RunScheduler({
    store,
    queue,
    settings: { scheduler: "local", maxLanesPerLevel, adaptiveLanes, runOrder, abortGraceMs, ...intervals, concurrency: 1 },
    builtinTypes: builtinTypes(),
    seenRuns: new Map(),
    random: Math.random,
    log,
  });
}

/** One for each pool. */
function createWorkers(
  { store, queue, tracing }: Adapters,
  { settings, registry, workflow, log }: LocalEngineParams,
): RunWorker[] {
  const { adaptiveLanes, heartbeatMs, abortGraceMs, unknownTypeGraceMs, maxCrashCount, maxResultBytes } = settings;
  const shared = {
    store,
    queue,
    registry,
    active: new ActiveClaims(),
    loop: new LoopWatch(log),
    runs: new RunCache(store, new Map()),
    results: new ResultCache(store, new Map()),
    readSecret: readSecretFromEnvironment,
    newToken: createCounter(),
    random: Math.random,
    tracing,
    log,
  };
  const limits = {
    adaptiveLanes,
    heartbeatMs,
    abortGraceMs,
    unknownTypeGraceMs,
    maxCrashCount,
    maxResultBytes,
    shutdownGraceMs: 0,
  };
  return poolsOf(workflow).map((pool) => {
    const own = { worker: `local-${pool}`, pool, concurrency: settings.maxLanesPerLevel, ...limits };
    return new RunWorker({ settings: own, ...shared });
  });
}

function createProducer(adapters: Adapters, { settings, log }: LocalEngineParams): RunProducer {
  const { maxNodes, maxEdges, maxPayloadBytes, abortGraceMs, runOrder } = settings;
  const { resultPollMs } = DEFAULTS;
  const limits = { maxNodes, maxEdges, maxPayloadBytes };
  return new RunProducer({
    ready: async () => {},
    gate: OPEN_GATE,
    settings: { limits, runOrder, abortGraceMs, eventPollMs: EVENT_POLL_MS, resultPollMs },
    // The store has no other run that a name could be the same as.
    fingerprint: createCounter(),
    log,
    ...adapters,
  });
}

/** A worker has all lanes of its pool, so more of them than it takes to hold the widest level would only be more jobs. */
function lanesFor(workflow: Workflow, { maxLanesPerLevel }: Settings): number {
  let widest = 1;
  for (const { length } of planOf(workflow).levels) widest = Math.max(widest, length);
  return Math.ceil(Math.min(widest, maxLanesPerLevel) / MAX_STRANDS);
}

/** Names that are not given twice. */
function createCounter(): () => string {
  let count = 0;
  return () => String((count += 1));
}
