import { expect, test } from "vitest";
import { parseSettings } from "../../../src/core/config/settings.ts";
import { createNodeRegistry } from "../../../src/core/node/node-registry.ts";
import { SILENT_LOGGER } from "../../../src/core/ports/logger.ts";
import { createMemoryQueue } from "../../../src/queue/memory/memory-job-queue.ts";
import { createMemoryStore } from "../../../src/store/memory/memory-run-store.ts";
import { ActiveClaims } from "../../../src/worker/active-claims.ts";
import { LoopWatch } from "../../../src/worker/loop-watch.ts";
import { ResultCache } from "../../../src/worker/result-cache.ts";
import { RunCache } from "../../../src/worker/run-cache.ts";
import { RunWorker } from "../../../src/worker/run-worker.ts";

test("a worker that is stopped while it starts is gone, and takes nothing", async () => {
  const store = createMemoryStore();
  const queue = createMemoryQueue();
  let consumerCount = 0;
  const consumeLanes = queue.consumeLanes.bind(queue);
  Object.assign(queue, {
    consumeLanes: async (...args: Parameters<typeof consumeLanes>) => {
      const consumer = await consumeLanes(...args);
      consumerCount += 1;
      return {
        ...consumer,
        stop: async (options: Parameters<typeof consumer.stop>[0]) => {
          await consumer.stop(options);
          consumerCount -= 1;
        },
      };
    },
  });
  let register: () => void = () => undefined;
  Object.assign(store, { registerStatefulTypes: () => new Promise<void>((resolve) => (register = resolve)) });
  const worker = new RunWorker({
    store,
    queue,
    registry: createNodeRegistry([]),
    settings: { ...parseSettings(), worker: "worker-1", pool: "default", concurrency: 1, shutdownGraceMs: 0 },
    active: new ActiveClaims(),
    loop: new LoopWatch(SILENT_LOGGER),
    runs: new RunCache(store),
    results: new ResultCache(store),
    readSecret: () => undefined,
    newToken: () => "token",
    random: () => 0,
    log: SILENT_LOGGER,
  });
  const starting = worker.start();
  await worker.stop();
  register();
  await starting;
  expect((await store.listProcesses()).workers).toEqual([]);
  expect(consumerCount).toBe(0);
});
