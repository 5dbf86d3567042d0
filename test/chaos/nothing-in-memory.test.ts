import { describe, expect, test } from "vitest";
import { Producer } from "../../src/index.ts";
import { liveJobs } from "../support/queues.ts";
import { openCluster, type RoleProcess } from "../support/role-processes.ts";
import { allEvents, commitCounts, eventOf } from "../support/run-events.ts";
import { until } from "../support/until.ts";

const LEVEL_COUNT = 4;
const RETRIES = { attempts: 2, backoff: { type: "fixed", delayMs: 300, jitter: 0 } };

/** In each level a node that adds up, one that fails at first, and two that count in shared state; each sum hangs on the one before. */
const PAYLOAD = {
  nodes: Array.from({ length: LEVEL_COUNT }, (_, level) => [
    { id: `sum${String(level)}`, type: "sum", data: { ms: 150 } },
    { id: `shaky${String(level)}`, type: "fail", data: { times: 1 }, options: RETRIES },
    { id: `a-count${String(level)}`, type: "counter", data: { counter_op: "increment", delta: 1 } },
    { id: `b-count${String(level)}`, type: "counter", data: { counter_op: "increment", delta: 1 } },
  ]).flat(),
  edges: Array.from({ length: LEVEL_COUNT - 1 }, (_, level) =>
    ["sum", "shaky", "a-count", "b-count"].map((name) => ({
      source: `sum${String(level)}`,
      target: `${name}${String(level + 1)}`,
    })),
  ).flat(),
};

function expectedResults(): Record<string, unknown> {
  const counted = (value: number): object => ({ operation: "increment", value });
  return Object.fromEntries(
    Array.from({ length: LEVEL_COUNT }, (_, level): [string, unknown][] => [
      [`sum${String(level)}`, level + 1],
      [`shaky${String(level)}`, 2],
      [`a-count${String(level)}`, counted(2 * level + 1)],
      [`b-count${String(level)}`, counted(2 * level + 2)],
    ]).flat(),
  );
}

describe("a run of which nothing but Redis is left", () => {
  test("again and again, in the middle of each level, is taken up by whoever comes", async () => {
    const cluster = openCluster();
    const startAll = (): Promise<RoleProcess[]> =>
      Promise.all([cluster.startRole("scheduler"), cluster.startRole("worker"), cluster.startRole("worker")]);
    let processes = await startAll();
    const first = new Producer({ connection: cluster.redisUrl, prefix: cluster.prefix });
    const { id } = await first.enqueue(PAYLOAD, { input: { kept: true } });
    await first.close();

    for (let level = 0; level < LEVEL_COUNT; level += 1) {
      // A retry is due, and the sum is at work.
      await eventOf(cluster.producer.run(id), (event) => event.type === "node-retrying" && event.level === level);
      await Promise.all(processes.map((process) => process.kill()));
      processes = await startAll();
    }

    const run = cluster.producer.run(id);
    const result = await run.result();
    expect(result.errors).toEqual([]);
    expect(result.status).toBe("completed");
    expect({ ...result.nodeResults }).toEqual(expectedResults());
    for (const [nodeId, { attempts }] of Object.entries(result.nodes))
      expect({ nodeId, attempts }).toEqual({ nodeId, attempts: nodeId.startsWith("shaky") ? 2 : 1 });
    const events = await allEvents(run);
    expect(commitCounts(events)).toEqual(new Map(Object.keys(expectedResults()).map((nodeId) => [`1 ${nodeId}`, 1])));
    expect(events.filter(({ type }) => type === "finished")).toHaveLength(1);
    await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
  }, 90_000);
});
