import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Producer, type LevelflowError } from "../../src/index.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { newRunId } from "../../src/core/run/new-run-id.ts";
import { RunProducer } from "../../src/producer/run-producer.ts";
import { createMemoryQueue } from "../../src/queue/memory/memory-job-queue.ts";
import { createMemoryStore } from "../../src/store/memory/memory-run-store.ts";
import { withFaults } from "../support/faults.ts";
import { openEngine } from "../support/engine.ts";
import { openGate, readTrace } from "../support/custom-nodes.ts";
import { flat, ids, layers, layerSums } from "../support/payloads.ts";
import { Cluster } from "../support/role-processes.ts";
import { allEvents, commitCounts, eventOf } from "../support/run-events.ts";
import { redisUrl, testPrefix } from "../support/redis.ts";
import { until } from "../support/until.ts";

describe("controlling runs from a producer", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster();
    await cluster.start(2);
  });
  afterAll(() => cluster.close());

  test("a paused run lets running nodes commit, claims none, and goes on when it is resumed", async () => {
    const shape = { levels: 4, width: 3 };
    const run = await cluster.producer.enqueue(layers({ ...shape, type: "sum", data: { ms: 100 } }));
    await eventOf(run, (event) => event.type === "node-started");
    expect(await run.pause()).toBe("paused");
    expect(await run.pause()).toBe("paused");
    await until("nothing runs", async () =>
      Object.values((await run.snapshot()).nodes).every((node) => node.status !== "running"),
    );
    const paused = await run.snapshot();
    expect(paused.status).toBe("paused");
    const began = (await readTrace(cluster.redis, cluster.prefix, run.id)).length;
    expect(Object.values(paused.nodes).filter((node) => node.status === "completed")).toHaveLength(began);
    await expect(run.retry()).rejects.toMatchObject({ code: "RUN_STATE_CONFLICT" });

    await run.resume();
    const result = await run.result();
    expect(result.status).toBe("completed");
    expect({ ...result.nodeResults }).toEqual(layerSums(shape));
    const events = await allEvents(run);
    const types = events.map((event) => event.type);
    const between = types.slice(types.indexOf("paused"), types.indexOf("resumed"));
    expect(between).not.toContain("node-started");
    expect([...commitCounts(events).values()].every((count) => count === 1)).toBe(true);
  });

  test("a run that was paused before it started starts when it is resumed", async () => {
    // Nobody serves this prefix yet, so the run is still queued when it is paused.
    const prefix = testPrefix();
    const early = new Producer({ connection: redisUrl(), prefix });
    const { id } = await early.enqueue(layers({ levels: 2, width: 2, type: "sum" }));
    expect(await early.run(id).pause()).toBe("paused");
    await early.close();
    const engine = await openEngine({ prefix });
    const run = engine.producer.run(id);
    expect(await run.status()).toBe("paused");
    await run.resume();
    expect((await run.result()).status).toBe("completed");
  });

  test("a retry of a failed run keeps what was committed", async () => {
    const payload = {
      nodes: [
        { id: "first", type: "sum" },
        { id: "second", type: "gated" },
        { id: "third", type: "nap", data: { ms: 1 } },
      ],
      edges: [
        { source: "first", target: "second" },
        { source: "second", target: "third" },
      ],
    };
    const run = await cluster.producer.enqueue(payload);
    const failed = await run.result();
    expect(failed.status).toBe("failed");
    expect({ ...failed.nodeResults }).toEqual({ first: 1 });
    await openGate(cluster.redis, cluster.prefix, run.id);
    expect(await run.retry()).toMatch(/queued|running|completed/);
    const result = await run.result();
    expect(result.status).toBe("completed");
    expect(result.errors).toEqual([]);
    expect({ ...result.nodeResults }).toEqual({ first: 1, second: "second", third: "third" });
    const began = (await readTrace(cluster.redis, cluster.prefix, run.id)).filter((entry) => entry.what === "began");
    expect(began.map((entry) => entry.node)).toEqual(["first", "second", "second", "third"]);
    await expect(run.retry()).rejects.toMatchObject({ code: "RUN_STATE_CONFLICT" });
    await expect(run.pause()).rejects.toMatchObject({ code: "RUN_STATE_CONFLICT" });
  });

  test("an idempotency key names one run", async () => {
    const payload = flat([{ id: "only", type: "sum" }]);
    const options = { idempotencyKey: "order 66 ☂" };
    const runs = await Promise.all(Array.from({ length: 10 }, () => cluster.producer.enqueue(payload, options)));
    expect(new Set(runs.map((run) => run.id)).size).toBe(1);
    await runs[0]!.result();
    expect((await cluster.producer.enqueue(payload, options)).id).toBe(runs[0]!.id);
    const trace = await readTrace(cluster.redis, cluster.prefix, runs[0]!.id);
    expect(trace).toHaveLength(1);
    await expect(cluster.producer.enqueue(flat([{ id: "other", type: "sum" }]), options)).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
      runId: runs[0]!.id,
    });
    await expect(cluster.producer.enqueue(payload, { ...options, input: 1 })).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
  });

  test("a run id can be enqueued again without running twice", async () => {
    const runId = newRunId();
    const payload = layers({ levels: 2, width: 3, type: "sum" });
    for (let i = 0; i < 3; i += 1) expect((await cluster.producer.enqueue(payload, { runId })).id).toBe(runId);
    expect((await cluster.producer.run(runId).result()).status).toBe("completed");
    await cluster.producer.enqueue(payload, { runId });
    expect(await readTrace(cluster.redis, cluster.prefix, runId)).toHaveLength(6);
    await expect(cluster.producer.enqueue(flat([{ id: "other", type: "sum" }]), { runId })).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
  });

  test("a worker that is told to stop hands its nodes back, and they lose no attempt", async () => {
    const [survivor] = [await cluster.startRole("worker")];
    const leaver = await cluster.startRole("worker");
    const nodes = ids(60).map((id) => ({ id, type: "sum", data: { ms: 400 } }));
    const run = await cluster.producer.enqueue(flat(nodes));
    const leaverHas = (): Promise<boolean> =>
      readTrace(cluster.redis, cluster.prefix, run.id).then((trace) => trace.some((entry) => entry.pid === leaver.pid));
    await until("the worker has a node", leaverHas);
    expect(await leaver.stop()).toBe(0);
    const result = await run.result();
    expect(result.status).toBe("completed");
    expect(Object.values(result.nodes).map((node) => node.attempts)).toEqual(nodes.map(() => 1));
    const events = await allEvents(run);
    expect(events.map((event) => event.type)).toContain("node-released");
    expect([...commitCounts(events).values()].every((count) => count === 1)).toBe(true);
    await survivor.stop();
  });
});

describe("a producer that loses Redis", () => {
  test("says that it is away if it was never there", async () => {
    const producer = new Producer({ connection: { host: "127.0.0.1", port: 1 }, prefix: testPrefix() });
    await expect(producer.enqueue(flat([]))).rejects.toMatchObject({ code: "REDIS_UNAVAILABLE" });
    await producer.close();
  });

  test.each(["createRun", "addStart", "addStartLane"])(
    "repeats with the run id of the error, and one run comes of it (%s unanswered)",
    async (method) => {
      for (const fate of [0, 0.9]) {
        // The first call fails, before (0) or after (0.9) it took effect; the others do not.
        const fates = [fate];
        const faults = { random: () => fates.pop() ?? 2, rate: 1, methods: [method] };
        const store = createMemoryStore();
        const queue = createMemoryQueue();
        const limits = { maxNodes: 10, maxEdges: 10, maxPayloadBytes: 1_000 };
        const producer = new RunProducer({
          ready: async () => {},
          store: withFaults(store, faults),
          queue: withFaults(queue, faults),
          settings: { limits, runOrder: "first-come", abortGraceMs: 0, eventPollMs: 10, resultPollMs: 10 },
          log: SILENT_LOGGER,
        });
        // A scheduler starts a run that has a timeout, a worker any other.
        const options = method === "addStart" ? { timeoutMs: 60_000 } : {};
        const payload = flat([{ id: "a", type: "number", data: { value: 1 } }], options);
        const failure = (await producer.enqueue(payload).catch((error: unknown) => error)) as LevelflowError;
        expect(failure).toMatchObject({ code: "ENQUEUE_UNCERTAIN", retryable: true });
        const { runId = "" } = failure;
        expect((await producer.enqueue(payload, { runId })).id).toBe(runId);
        expect(await producer.list({ limit: 10 })).toMatchObject([{ runId, status: "queued" }]);
        expect(await queue.isCarried({ runId, dispatch: 1, level: -1 })).toBe(true);
        await queue.stop();
      }
    },
  );
});
