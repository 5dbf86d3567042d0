import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTrace } from "../support/custom-nodes.ts";
import { flat, ids, layers } from "../support/payloads.ts";
import { expectRightSums } from "../support/expect-right.ts";
import { withQueue } from "../support/queues.ts";
import { Cluster, openCluster } from "../support/role-processes.ts";
import { until } from "../support/until.ts";

const HOUR_MS = 3_600_000;
/** Far more than anything here takes, far less than the clocks are apart. */
const SOON_MS = 20_000;

describe("processes whose clocks are hours apart", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster({ settings: { abortGraceMs: 300 } });
    await Promise.all([
      cluster.startRole("scheduler", { clockOffsetMs: -2 * HOUR_MS }),
      cluster.startRole("scheduler", { clockOffsetMs: 3 * HOUR_MS }),
      cluster.startRole("worker", { clockOffsetMs: HOUR_MS }),
      cluster.startRole("worker", { clockOffsetMs: -HOUR_MS }),
    ]);
  });
  afterAll(() => cluster.close());

  test("run levels and lose none", async () => {
    const shape = { levels: 4, width: 6 };
    const run = await cluster.producer.enqueue(layers({ ...shape, type: "sum", data: { ms: 10 } }), { maxConcurrency: 3 });
    await expectRightSums(run, shape);
  });

  test("retry when Redis' clock says so, not before and not hours later", async () => {
    const delayMs = 400;
    const options = { attempts: 3, backoff: { type: "fixed", delayMs, jitter: 0 } };
    const nodes = ids(8).map((id) => ({ id, type: "fail", data: { times: 2 }, options }));
    const run = await cluster.producer.enqueue(flat(nodes));
    const result = await run.result({ timeoutMs: SOON_MS });
    expect(result.status).toBe("completed");
    const trace = await readTrace(cluster.redis, cluster.prefix, run.id);
    for (const { id } of nodes) {
      const [first = 0, second = 0, third = 0] = trace.filter(({ node }) => node === id).map(({ at }) => at);
      expect(second - first).toBeGreaterThanOrEqual(delayMs - 1);
      expect(third - second).toBeGreaterThanOrEqual(delayMs - 1);
    }
  });

  test("time attempts and runs out by Redis' clock", async () => {
    const slow = { id: "slow", type: "nap", data: { ms: 60_000 }, options: { timeoutMs: 300 } };
    const quick = { id: "quick", type: "nap", data: { ms: 100 }, options: { timeoutMs: 30_000 } };
    const [node, run, well] = await Promise.all([
      cluster.producer.enqueue(flat([slow])),
      cluster.producer.enqueue(flat([{ ...slow, options: {} }]), { timeoutMs: 300 }),
      cluster.producer.enqueue(flat([quick]), { timeoutMs: 30_000 }),
    ]);
    expect((await node.result({ timeoutMs: SOON_MS })).errors).toMatchObject([{ code: "NODE_TIMEOUT" }]);
    expect((await run.result({ timeoutMs: SOON_MS })).errors).toMatchObject([{ code: "RUN_TIMEOUT" }]);
    expect((await well.result({ timeoutMs: SOON_MS })).status).toBe("completed");
  });

  test("record times of Redis' clock", async () => {
    const [seconds] = await cluster.redis.time();
    const run = await cluster.producer.enqueue(flat([{ id: "only", type: "sum" }]));
    const { timings, nodes } = await run.result();
    for (const at of [timings.createdAt, timings.startedAt, timings.finishedAt, nodes["only"]?.startedAt]) {
      expect(at).toBeGreaterThanOrEqual(Number(seconds) * 1_000);
      expect(at).toBeLessThan(Number(seconds) * 1_000 + SOON_MS);
    }
  });
});

describe("a worker that dies with a lane put off", () => {
  test.each([
    ["an hour ahead", HOUR_MS, 0],
    ["right, and that of the next one an hour behind", 0, -HOUR_MS],
  ])(
    "by a clock that is %s keeps nobody waiting for that hour",
    async (_clocks, clockOffsetMs, nextOffsetMs) => {
      const cluster = openCluster();
      const [, mortal] = await Promise.all([cluster.startRole("scheduler"), cluster.startRole("worker", { clockOffsetMs })]);
      const options = { attempts: 2, backoff: { type: "fixed", delayMs: 1_000, jitter: 0 } };
      const run = await cluster.producer.enqueue(flat([{ id: "shaky", type: "fail", data: { times: 1 }, options }]));
      await until("its lane is put off", async () => (await delayedLanes(cluster)) === 1);
      await mortal.kill();
      await cluster.startRole("worker", { clockOffsetMs: nextOffsetMs });
      const result = await run.result({ timeoutMs: SOON_MS });
      expect(result.status).toBe("completed");
      const [first = 0, second = 0] = (await readTrace(cluster.redis, cluster.prefix, run.id)).map(({ at }) => at);
      expect(second - first).toBeGreaterThanOrEqual(999);
    },
    60_000,
  );
});

function delayedLanes({ redis, prefix }: Cluster): Promise<number> {
  return withQueue(redis, prefix, "lanes-default", (lanes) => lanes.getDelayedCount());
}
