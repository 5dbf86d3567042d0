import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { defineNode, Worker } from "../../src/index.ts";
import { readMostRunning, readTrace } from "../support/custom-nodes.ts";
import { openEngine } from "../support/engine.ts";
import { flat, ids, layers, layerSums } from "../support/payloads.ts";
import { liveJobs } from "../support/queues.ts";
import { redisUrl } from "../support/redis.ts";
import { Cluster, openCluster } from "../support/role-processes.ts";
import { allEvents, commitCounts } from "../support/run-events.ts";
import { until } from "../support/until.ts";

describe("one scheduler and three worker processes", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster();
    await cluster.start(3);
  });
  afterAll(() => cluster.close());

  test("share fifty runs among them", async () => {
    const shape = { levels: 3, width: 4 };
    const payload = layers({ ...shape, type: "sum", data: { ms: 20 } });
    const runs = await Promise.all(Array.from({ length: 50 }, () => cluster.producer.enqueue(payload)));
    const results = await Promise.all(runs.map((run) => run.result()));
    for (const result of results) {
      expect(result.status).toBe("completed");
      expect({ ...result.nodeResults }).toEqual(layerSums(shape));
    }
    const events = (await Promise.all(runs.map(allEvents))).flat();
    const workers = new Set(events.filter((event) => event.type === "node-started").map((event) => event.worker));
    expect(workers.size).toBe(3);
    const listed = await cluster.producer.list({ limit: 100, status: "completed" });
    expect(new Set(listed.map((run) => run.runId))).toEqual(new Set(runs.map((run) => run.id)));
    // The last barrier ends a moment after its run.
    await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
  });

  test("run as many nodes of a run at a time as maxConcurrency says, and no more", async () => {
    const nodes = ids(60).map((id) => ({ id, type: "counted", data: { ms: 30 } }));
    const run = await cluster.producer.enqueue(flat(nodes), { maxConcurrency: 3 });
    expect((await run.result()).status).toBe("completed");
    expect(await readMostRunning(cluster.redis, cluster.prefix, run.id)).toBe(3);
  });

  test("run one node at a time, in id order, if the run is sequential", async () => {
    const nodes = ids(20).map((id) => ({ id, type: "nap", data: { ms: 1 } }));
    const run = await cluster.producer.enqueue(flat(nodes), { sequential: true });
    expect((await run.result()).status).toBe("completed");
    const trace = await readTrace(cluster.redis, cluster.prefix, run.id);
    expect(trace.map(({ what, node }) => `${what} ${node}`)).toEqual(ids(20).flatMap((id) => [`began ${id}`, `ended ${id}`]));
  });

  test("commit nodes of a type that uses state unannounced in id order, once each", async () => {
    const nodes = ids(12).map((id) => ({ id, type: "appended" }));
    const run = await cluster.producer.enqueue(flat(nodes));
    const result = await run.result();
    expect(result.errors).toEqual([]);
    expect({ ...result.nodeResults }).toEqual(Object.fromEntries(ids(12).map((id, i) => [id, i])));
    for (const count of commitCounts(await allEvents(run)).values()) expect(count).toBe(1);
  });
});

describe("a worker that was alone", () => {
  test("has the next level spread if another joins while it has all of a level", async () => {
    let release = (): void => undefined;
    const released = new Promise<null>((resolve) => (release = () => resolve(null)));
    let heldCount = 0;
    const held = defineNode({
      type: "held",
      data: z.object({ waits: z.boolean() }),
      run: async ({ data }) => {
        heldCount += data.waits ? 1 : 0;
        return data.waits ? released : sleep(5, null);
      },
    });
    const { producer, prefix, redis } = await openEngine({ workers: 1, nodes: [held] });
    const { nodes, edges } = layers({ levels: 3, width: 6, type: "held" });
    const payload = { nodes: nodes.map((node) => ({ ...node, data: { waits: node.id.startsWith("l01-") } })), edges };
    const run = await producer.enqueue(payload);
    await until("the second level is under way", () => heldCount === 6);
    const read = (field: string): Promise<string | null> => redis.hget(`{${prefix}:0}:run:${run.id}`, field);
    expect(await read("barrierLevel")).toBe("0");
    const other = new Worker({ connection: redisUrl(), prefix, nodes: [held] });
    onTestFinished(() => other.stop());
    await other.start();
    // As old as what a worker knows of others may be.
    await sleep(1_000);
    release();
    expect((await run.result()).status).toBe("completed");
    expect(await read("barrierLevel")).toBe("2");
    expect(await read("lanes")).toBe('{"default":6}');
  });

  test("leaves a level that it has all of to the one that comes after it", async () => {
    const shape = { levels: 3, width: 6 };
    const cluster = openCluster();
    const {
      workers: [first],
    } = await cluster.start(1);
    const run = await cluster.producer.enqueue(layers({ ...shape, type: "sum", data: { ms: 500 } }));
    await until("the second level is under way", async () => {
      const trace = await readTrace(cluster.redis, cluster.prefix, run.id);
      return trace.filter(({ what, node }) => what === "began" && node.startsWith("l01-")).length === shape.width;
    });
    expect(await first?.stop()).toBe(0);
    const second = await cluster.startRole("worker");
    expect({ ...(await run.result()).nodeResults }).toEqual(layerSums(shape));
    for (const count of commitCounts(await allEvents(run)).values()) expect(count).toBe(1);
    const trace = await readTrace(cluster.redis, cluster.prefix, run.id);
    expect(trace.at(-1)?.pid).toBe(second.pid);
    await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
  });
});

describe("a node type that not every worker knows", () => {
  test("reaches the worker that does, and fails once none does", async () => {
    const cluster = new Cluster({ settings: { unknownTypeGraceMs: 300 } });
    try {
      const { workers } = await cluster.start(2, { without: ["sum"] });
      const knowing = await cluster.startRole("worker");
      const payload = layers({ levels: 2, width: 6, type: "sum" });
      const run = await cluster.producer.enqueue(payload);
      expect((await run.result()).status).toBe("completed");
      const trace = await readTrace(cluster.redis, cluster.prefix, run.id);
      expect(new Set(trace.map((entry) => entry.pid))).toEqual(new Set([knowing.pid]));
      expect(workers.map((worker) => worker.pid)).not.toContain(knowing.pid);

      await knowing.stop();
      const late = await (await cluster.producer.enqueue(payload)).result();
      expect(late.status).toBe("failed");
      expect(late.errors.map((error) => error.code)).toContain("UNKNOWN_NODE_TYPE");
      expect(late.errors[0]?.message).toContain("unknown node type: sum");
    } finally {
      await cluster.close();
    }
  });
});
