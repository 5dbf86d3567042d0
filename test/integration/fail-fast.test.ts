import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTrace } from "../support/custom-nodes.ts";
import { flat, ids } from "../support/payloads.ts";
import { liveJobs, withQueue } from "../support/queues.ts";
import { Cluster } from "../support/role-processes.ts";
import { eventOf } from "../support/run-events.ts";
import { until } from "../support/until.ts";

const NAPS = ids(39, "nap");

/** A level of 40 nodes: one fails once the others have begun, or so many of them as may. */
function failingLevel(napMs: number, untilBegan: number): ReturnType<typeof flat> {
  const naps = NAPS.map((id) => ({ id, type: "nap", data: { ms: napMs } }));
  const level = flat([...naps, { id: "broken", type: "fail", data: { untilBegan } }]);
  return {
    ...level,
    nodes: [...level.nodes, { id: "after", type: "nap", data: { ms: 1 } }],
    edges: [{ source: "broken", target: "after" }],
  };
}

describe("a failure in a level over three worker processes", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster({ settings: { abortGraceMs: 5_000 } });
    await cluster.start(3, { concurrency: 20 });
  });
  afterAll(() => cluster.close());

  test("aborts what runs in every process, long before it would have ended", async () => {
    const run = await cluster.producer.enqueue(failingLevel(60_000, NAPS.length));
    const result = await run.result();
    expect(result.status).toBe("failed");
    expect(result.errors.map(({ code, message, nodeId }) => ({ code, message, nodeId }))).toEqual([
      { code: "NODE_FAILED", message: "error executing node broken: broken on attempt 1", nodeId: "broken" },
    ]);
    for (const id of NAPS) expect(result.nodes[id]?.status).toBe("cancelled");
    expect(result.nodes["broken"]?.status).toBe("failed");
    expect(result.nodes["after"]).toEqual({ status: "skipped", attempts: 0 });

    const trace = await readTrace(cluster.redis, cluster.prefix, run.id);
    const aborted = trace.filter((entry) => entry.what === "aborted");
    expect(aborted.map((entry) => entry.node).sort()).toEqual(NAPS);
    expect(new Set(aborted.map((entry) => entry.pid)).size).toBe(3);
    expect(trace.filter((entry) => entry.what === "ended")).toEqual([]);
  });

  test("keeps the rest from starting, tells ended nodes apart and leaves no job behind", async () => {
    const naps = NAPS.map((id) => ({ id, type: "nap", data: { ms: 60_000 } }));
    const quick = ids(5, "a-quick").map((id) => ({ id, type: "nap", data: { ms: 1 } }));
    // Two entries of each quick node, the three that run beside, and itself: with five at a time this waits for all of them.
    const failing = { id: "b-broken", type: "fail", data: { untilBegan: 14, terminal: true } };
    const run = await cluster.producer.enqueue(flat([...quick, failing, ...naps]), { maxConcurrency: 5 });
    const result = await run.result();
    expect(result.status).toBe("failed");
    const statuses = Object.values(result.nodes).map((node) => node.status);
    const count = (status: string): number => statuses.filter((each) => each === status).length;
    expect([count("completed"), count("failed"), count("cancelled"), count("skipped")]).toEqual([5, 1, 4, 35]);

    await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
    const barrier = await withQueue(cluster.redis, cluster.prefix, "barriers", (queue) => queue.getJob(`${run.id}.1.0`));
    expect(await barrier?.getState()).toBe("failed");
    expect(barrier?.failedReason).toBe("error executing node b-broken: broken for good");
  });

  test("ends the run after the grace though a handler does not listen", async () => {
    const stubborn = { id: "stubborn", type: "stubborn", data: { ms: 20_000 } };
    const run = await cluster.producer.enqueue(flat([stubborn, { id: "broken", type: "fail", data: { untilBegan: 1 } }]));
    const result = await run.result();
    expect(result.status).toBe("failed");
    expect(result.nodes["stubborn"]?.status).toBe("cancelled");
    const trace = await readTrace(cluster.redis, cluster.prefix, run.id);
    expect(trace.filter((entry) => entry.what === "ended")).toEqual([]);
    await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
  });

  test("a cancel from a producer does the same", async () => {
    const run = await cluster.producer.enqueue(flat(NAPS.map((id) => ({ id, type: "nap", data: { ms: 60_000 } }))), {
      maxConcurrency: 6,
    });
    await eventOf(run, (event) => event.type === "node-started");
    expect(await cluster.producer.run(run.id).cancel()).toBe("cancelling");
    const result = await run.result();
    expect(result.status).toBe("cancelled");
    expect(result.errors.map((error) => error.code)).toEqual(["RUN_CANCELLED"]);
    const trace = await readTrace(cluster.redis, cluster.prefix, run.id);
    const began = trace.filter((entry) => entry.what === "began").map((entry) => entry.node);
    const aborted = trace.filter((entry) => entry.what === "aborted").map((entry) => entry.node);
    expect(aborted.sort()).toEqual(began.sort());
    for (const id of NAPS) expect(result.nodes[id]?.status).toBe(began.includes(id) ? "cancelled" : "skipped");
    await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
  });
});
