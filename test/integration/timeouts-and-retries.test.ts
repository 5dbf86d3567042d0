import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTrace } from "../support/custom-nodes.ts";
import { flat } from "../support/payloads.ts";
import { Cluster } from "../support/role-processes.ts";
import { allEvents } from "../support/run-events.ts";

const NO_WAIT = { type: "fixed", delayMs: 0, jitter: 0 } as const;

describe("timeouts and retries over two worker processes", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster({ settings: { abortGraceMs: 300 } });
    await cluster.start(2);
  });
  afterAll(() => cluster.close());

  const run = async (...nodes: Parameters<typeof flat>[0]) => cluster.producer.enqueue(flat(nodes));

  test("a node that takes too long is tried again, and fails once no attempt is left", async () => {
    const slow = await run({
      id: "slow",
      type: "nap",
      data: { ms: 60_000 },
      options: { timeoutMs: 100, attempts: 3, backoff: NO_WAIT },
    });
    const result = await slow.result();
    expect(result.status).toBe("failed");
    expect(result.nodes["slow"]).toMatchObject({ status: "failed", attempts: 3 });
    expect(result.errors).toMatchObject([{ code: "NODE_TIMEOUT", nodeId: "slow", attempt: 3 }]);
    const trace = await readTrace(cluster.redis, cluster.prefix, slow.id);
    expect(trace.filter((entry) => entry.what === "began").map((entry) => entry.attempt)).toEqual([1, 2, 3]);
    expect(new Set(trace.map((entry) => entry.idempotencyKey)).size).toBe(1);
  });

  test("a handler that ignores its timeout is left behind", async () => {
    const slow = await run({
      id: "slow",
      type: "stubborn",
      data: { ms: 20_000 },
      options: { timeoutMs: 100, attempts: 2, backoff: NO_WAIT },
    });
    const result = await slow.result();
    expect(result.errors).toMatchObject([{ code: "NODE_TIMEOUT", nodeId: "slow", attempt: 2 }]);
    const trace = await readTrace(cluster.redis, cluster.prefix, slow.id);
    expect(trace.map((entry) => entry.what)).toEqual(["began", "began"]);
  });

  test("a run that takes too long fails with what it was doing", async () => {
    const handle = await cluster.producer.enqueue(flat([{ id: "slow", type: "nap", data: { ms: 60_000 } }]), { timeoutMs: 200 });
    const result = await handle.result();
    expect(result.status).toBe("failed");
    expect(result.errors).toMatchObject([{ code: "RUN_TIMEOUT" }]);
    expect(result.nodes["slow"]?.status).toBe("cancelled");
    const trace = await readTrace(cluster.redis, cluster.prefix, handle.id);
    expect(trace.map((entry) => entry.what)).toEqual(["began", "aborted"]);
  });

  test("a failing attempt is retried until it succeeds", async () => {
    const handle = await run({ id: "shaky", type: "fail", data: { times: 2 }, options: { attempts: 5, backoff: NO_WAIT } });
    const result = await handle.result();
    expect(result.status).toBe("completed");
    expect(result.nodeResults["shaky"]).toBe(3);
    expect(result.nodes["shaky"]?.attempts).toBe(3);
    const retrying = (await allEvents(handle)).filter((event) => event.type === "node-retrying");
    expect(retrying.map((event) => event.message)).toEqual([
      "error executing node shaky: broken on attempt 1",
      "error executing node shaky: broken on attempt 2",
    ]);
  });

  test("a handler says when to try again, and that trying is in vain", async () => {
    const [later, never] = await Promise.all([
      run({ id: "later", type: "fail", data: { times: 1, retryAfterMs: 150 }, options: { attempts: 2, backoff: NO_WAIT } }),
      run({ id: "never", type: "fail", data: { terminal: true }, options: { attempts: 5, backoff: NO_WAIT } }),
    ]);
    expect((await later.result()).status).toBe("completed");
    const retrying = (await allEvents(later)).find((event) => event.type === "node-retrying");
    expect(retrying?.delayMs).toBe(150);
    const [first, second] = (await readTrace(cluster.redis, cluster.prefix, later.id)).map((entry) => entry.at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(149);
    expect((await never.result()).nodes["never"]).toMatchObject({ status: "failed", attempts: 1 });
  });

  test("a retry that waits keeps its place under maxConcurrency", async () => {
    const shaky = { id: "a", type: "fail", data: { times: 1 }, options: { attempts: 2, backoff: { ...NO_WAIT, delayMs: 300 } } };
    // Of the same type, so that neither is thought to take longer and `a` comes first.
    const sound = { id: "b", type: "fail", data: { times: 0 } };
    const handle = await cluster.producer.enqueue(flat([shaky, sound]), { maxConcurrency: 1 });
    expect((await handle.result()).status).toBe("completed");
    const trace = await readTrace(cluster.redis, cluster.prefix, handle.id);
    expect(trace.map(({ what, node }) => `${what} ${node}`)).toEqual(["began a", "began a", "began b"]);
  });
});
