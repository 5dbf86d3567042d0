import { expect, test } from "vitest";
import { SILENT_LOGGER } from "../../../src/core/ports/logger.ts";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { RunProducer } from "../../../src/producer/run-producer.ts";
import { createMemoryQueue } from "../../../src/queue/memory/memory-job-queue.ts";
import { createMemoryStore } from "../../../src/store/memory/memory-run-store.ts";

function openProducer(store = createMemoryStore()): RunProducer {
  const { maxNodes, maxEdges, maxPayloadBytes, abortGraceMs, eventPollMs, resultPollMs } = DEFAULTS;
  return new RunProducer({
    store,
    queue: createMemoryQueue({ logger: SILENT_LOGGER }),
    ready: async () => undefined,
    settings: {
      limits: { maxNodes, maxEdges, maxPayloadBytes },
      runOrder: "first-come",
      abortGraceMs,
      eventPollMs,
      resultPollMs,
    },
    log: SILENT_LOGGER,
  });
}

test("a small payload may be changed as soon as enqueue has returned, however many are enqueued at once", async () => {
  const producer = openProducer();
  const payload = {
    nodes: Array.from({ length: 256 }, (_, i) => ({ id: `node-${String(i)}`, type: "number", data: { value: 1 } })),
  };
  const enqueued = Array.from({ length: 40 }, () => producer.enqueue(payload));
  for (const { data } of payload.nodes) data.value = 2;
  for (const run of await Promise.all(enqueued)) {
    const { nodes } = await run.workflow();
    expect(nodes.map(({ data }) => data)).toEqual(payload.nodes.map(() => ({ value: 1 })));
  }
  await producer.close();
});

test.each([1, 3_000])("so may options and input, for a payload of %i nodes", async (nodeCount) => {
  const store = createMemoryStore();
  const producer = openProducer(store);
  const payload = {
    nodes: Array.from({ length: nodeCount }, (_, i) => ({ id: `node-${String(i)}`, type: "number", data: { value: 1 } })),
  };
  const [options, input] = [{ idempotencyKey: "", input: {} }, { number: 0 }];
  const enqueued = Array.from({ length: nodeCount === 1 ? 40 : 3 }, (_, number) => {
    input.number = number;
    Object.assign(options, { idempotencyKey: `key ${String(number)}`, input });
    return producer.enqueue(payload, options);
  });
  Object.assign(options, { idempotencyKey: "another", unknown: true });
  const runs = await Promise.all(enqueued);
  const inputs = await Promise.all(runs.map(({ id }) => store.readInput({ runId: id })));
  expect(inputs).toEqual(runs.map((_, number) => ({ number })));
  expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
  await producer.close();
});
