import { DEFAULTS } from "./core/config/defaults.ts";
import { parseSettings, type Settings, type SettingsInput } from "./core/config/settings.ts";
import type { JsonValue } from "./core/json/json-value.ts";
import type { AnyNodeDefinition } from "./core/node/define-node.ts";
import { createNodeRegistry } from "./core/node/node-registry.ts";
import { SILENT_LOGGER, type Logger } from "./core/ports/logger.ts";
import type { RunEvent } from "./core/run/run-event.ts";
import type { RunResult } from "./core/run/run-result.ts";
import type { WorkflowOptions } from "./core/workflow/workflow.ts";
import { DEFAULT_POOL } from "./core/workflow/workflow.ts";
import { createBuiltinNodes } from "./nodes/builtin-nodes.ts";
import { RunProducer } from "./producer/run-producer.ts";
import { createMemoryQueue } from "./queue/memory/memory-job-queue.ts";
import { builtinTypes } from "./runtime/builtin-types.ts";
import { RunScheduler } from "./scheduler/run-scheduler.ts";
import { createMemoryStore } from "./store/memory/memory-run-store.ts";
import { ActiveClaims } from "./worker/active-claims.ts";
import { ResultCache } from "./worker/result-cache.ts";
import { RunCache } from "./worker/run-cache.ts";
import { RunWorker } from "./worker/run-worker.ts";

export interface RunLocalOptions extends WorkflowOptions {
  /** Node types besides the built-in ones, made by `defineNode`. @default none */
  readonly nodes?: Iterable<AnyNodeDefinition>;
  /** A JSON value for handlers (`input`). */
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
  const engine = createEngine(parseSettings({ unknownTypeGraceMs: 0, ...given }), nodes, logger);
  await engine.start();
  try {
    const run = await engine.producer.enqueue(payload, enqueueOptions);
    const cancel = (): void => void run.cancel();
    if (signal?.aborted === true) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    const watching = onEvent === undefined ? undefined : watch(run.events(), onEvent);
    const result = await run.result();
    await watching;
    signal?.removeEventListener("abort", cancel);
    return result;
  } finally {
    await engine.stop();
  }
}

async function watch(events: AsyncIterable<RunEvent>, onEvent: (event: RunEvent) => void): Promise<void> {
  for await (const event of events) onEvent(event);
}

interface Engine {
  readonly producer: RunProducer;
  start(): Promise<void>;
  stop(): Promise<void>;
}

function createEngine(settings: Settings, nodes: Iterable<AnyNodeDefinition>, log: Logger): Engine {
  const store = createMemoryStore();
  const queue = createMemoryQueue({ logger: log });
  const scheduler = new RunScheduler({
    store,
    queue,
    settings: { ...settings, sweepMinAgeMs: DEFAULTS.sweepMinAgeMs, reapIntervalMs: DEFAULTS.reapIntervalMs, concurrency: 1 },
    builtinTypes: builtinTypes(),
    random: Math.random,
    log,
  });
  let tokenCount = 0;
  const worker = new RunWorker({
    store,
    queue,
    registry: createNodeRegistry([...createBuiltinNodes(settings), ...nodes]),
    settings: { ...settings, worker: "local", pool: DEFAULT_POOL, concurrency: settings.maxLanesPerLevel, shutdownGraceMs: 0 },
    active: new ActiveClaims(),
    runs: new RunCache(store),
    results: new ResultCache(store),
    newToken: () => String((tokenCount += 1)),
    random: Math.random,
    log,
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
      await worker.start();
    },
    stop: async () => {
      await producer.close();
      await worker.stop();
      await scheduler.stop();
      await queue.stop();
      await store.stop();
    },
  };
}
