import { expect, test } from "vitest";
import { SILENT_LOGGER } from "../../../src/core/ports/logger.ts";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { RunProducer } from "../../../src/producer/run-producer.ts";
import { createMemoryQueue } from "../../../src/queue/memory/memory-job-queue.ts";
import { createMemoryStore } from "../../../src/store/memory/memory-run-store.ts";

function openProducer(): RunProducer {
  const { maxNodes, maxEdges, maxPayloadBytes, abortGraceMs, eventPollMs, resultPollMs } = DEFAULTS;
  return new RunProducer({
    store: createMemoryStore(),
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
