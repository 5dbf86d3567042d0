import { DEFAULTS } from "./core/config/defaults.ts";
import { parseSettings, type Settings, type SettingsInput } from "./core/config/settings.ts";
import type { JsonValue } from "./core/json/json-value.ts";
import type { AnyNodeDefinition } from "./core/node/define-node.ts";
import { createNodeRegistry } from "./core/node/node-registry.ts";
import { SILENT_LOGGER, type Logger } from "./core/ports/logger.ts";
import type { RunEvent } from "./core/run/run-event.ts";
import type { RunResult } from "./core/run/run-result.ts";
import { parseWorkflow } from "./core/workflow/parse-workflow.ts";
import { poolsOf } from "./core/workflow/pools-of.ts";
import type { WorkflowOptions } from "./core/workflow/workflow.ts";
import { createBuiltinNodes } from "./nodes/builtin-nodes.ts";
import { RunProducer } from "./producer/run-producer.ts";
import { createMemoryQueue } from "./queue/memory/memory-job-queue.ts";
import { builtinTypes } from "./runtime/builtin-types.ts";
import { readSecretFromEnvironment } from "./runtime/read-secret.ts";
import { RunScheduler } from "./scheduler/run-scheduler.ts";
import { createMemoryStore } from "./store/memory/memory-run-store.ts";
import { ActiveClaims } from "./worker/active-claims.ts";
import { LoopWatch } from "./worker/loop-watch.ts";
import { ResultCache } from "./worker/result-cache.ts";
import { RunCache } from "./worker/run-cache.ts";
import { RunWorker } from "./worker/run-worker.ts";

export interface RunLocalOptions extends WorkflowOptions {
  /** Node types besides the built-in ones, made by `defineNode`. @default none */
  readonly nodes?: Iterable<AnyNodeDefinition>;
  /** A JSON value for handlers (`input`) and for placeholders (`{{input.path}}`). */
  readonly input?: JsonValue;
  /** Cancels the run: it then ends as `cancelled`. */
  readonly signal?: AbortSignal;
  /** Told of what happens, as it happens. */
  readonly onEvent?: (event: RunEvent) => void;
  readonly settings?: SettingsInput;
  readonly logger?: Logger;
}

/**
 * Runs a workflow in this process, without Redis, and answers its result, however it ended: a failed run is a result, not an exception.
 * The same three roles as in production, over adapters in memory. `INVALID_WORKFLOW` lists every fault of the payload.
 */
export async function runLocal(payload: unknown, options: RunLocalOptions = {}): Promise<RunResult> {
  const { nodes = [], signal, onEvent, settings: given, logger = SILENT_LOGGER, ...enqueueOptions } = options;
  const settings = parseSettings({ unknownTypeGraceMs: 0, ...given });
  const workflow = parseWorkflow(payload, settings);
  const engine = createEngine({ settings, nodes, pools: poolsOf(workflow), log: logger });
  await engine.start();
  const cancelling = new AbortController();
  try {
    const run = await engine.producer.enqueueWorkflow(workflow, enqueueOptions);
    cancelling.signal.addEventListener("abort", () => void run.cancel());
    const cancel = (): void => cancelling.abort();
    if (signal?.aborted === true) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    // A listener that throws cancels the run, and what it threw is this call's error.
    const watching = onEvent === undefined ? undefined : watch(run.events(), onEvent).catch(rememberAnd(cancel));
    const result = await run.result().finally(() => signal?.removeEventListener("abort", cancel));
    const thrown = await watching;
    if (thrown !== undefined) throw thrown.error;
    return result;
  } finally {
    await engine.stop();
  }
}

async function watch(events: AsyncIterable<RunEvent>, onEvent: (event: RunEvent) => void): Promise<undefined> {
  for await (const event of events) onEvent(event);
}

function rememberAnd(act: () => void): (error: unknown) => { readonly error: unknown } {
  return (error) => {
    act();
    return { error };
  };
}

interface Engine {
  readonly producer: RunProducer;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface EngineParams {
  readonly settings: Settings;
  readonly nodes: Iterable<AnyNodeDefinition>;
  readonly pools: readonly string[];
  readonly log: Logger;
}

function createEngine({ settings, nodes, pools, log }: EngineParams): Engine {
  const store = createMemoryStore();
  const queue = createMemoryQueue({ logger: log });
  const scheduler = new RunScheduler({
    store,
    queue,
    settings: { ...settings, sweepMinAgeMs: DEFAULTS.sweepMinAgeMs, concurrency: 1 },
    builtinTypes: builtinTypes(),
    random: Math.random,
    log,
  });
  let tokenCount = 0;
  const registry = createNodeRegistry([...createBuiltinNodes(settings), ...nodes]);
  const shared = {
    store,
    queue,
    registry,
    active: new ActiveClaims(),
    loop: new LoopWatch(log),
    runs: new RunCache(store),
    results: new ResultCache(store),
    readSecret: readSecretFromEnvironment,
    log,
  };
  const workers = pools.map((pool) => {
    const workerSettings = {
      ...settings,
      worker: `local-${pool}`,
      pool,
      concurrency: settings.maxLanesPerLevel,
      shutdownGraceMs: 0,
    };
    return new RunWorker({ ...shared, settings: workerSettings, newToken: () => String((tokenCount += 1)), random: Math.random });
  });
  const ready = async (): Promise<void> => {};
  const { maxNodes, maxEdges, maxPayloadBytes, abortGraceMs } = settings;
  const { eventPollMs, resultPollMs } = DEFAULTS;
  const limits = { maxNodes, maxEdges, maxPayloadBytes };
  const producer = new RunProducer({ ready, store, queue, settings: { limits, abortGraceMs, eventPollMs, resultPollMs }, log });
  return {
    producer,
    start: async () => {
      await store.start();
      await queue.start();
      await scheduler.start();
      for (const worker of workers) await worker.start();
    },
    stop: async () => {
      await producer.close();
      for (const worker of workers) await worker.stop();
      await scheduler.stop();
      await queue.stop();
      await store.stop();
    },
  };
}
