import { describe, expect, test } from "vitest";
import { StoreKeys } from "../../src/store/redis/keys.ts";
import { ClaimCount } from "../chaos-run/claim-count.ts";
import { readTrace } from "../support/custom-nodes.ts";
import { expectRightSums } from "../support/expect-right.ts";
import { flat, ids, layers } from "../support/payloads.ts";
import { openCluster } from "../support/role-processes.ts";
import { allEvents, commitCounts } from "../support/run-events.ts";
import { until } from "../support/until.ts";

describe("workers that are killed", () => {
  test("in the middle of a level lose nothing and use no attempt", async () => {
    const cluster = openCluster();
    const { workers } = await cluster.start(3, { concurrency: 8 });
    const shape = { levels: 3, width: 20 };
    const runs = await Promise.all(
      Array.from({ length: 3 }, () => cluster.producer.enqueue(layers({ ...shape, type: "sum", data: { ms: 100 } }))),
    );
    for (const [i, victim] of workers.slice(0, 2).entries()) {
      const { id } = runs[i]!;
      await until("the worker has a node", async () => {
        const trace = await readTrace(cluster.redis, cluster.prefix, id);
        return trace.some((entry) => entry.pid === victim.pid);
      });
      await victim.kill();
    }
    for (const run of runs) await expectRightSums(run, shape);
  });

  test("leave maxConcurrency as it is: what they had claimed keeps its places", async () => {
    const maxConcurrency = 4;
    const cluster = openCluster();
    const { workers } = await cluster.start(3, { concurrency: 8 });
    const nodes = ids(40).map((id) => ({ id, type: "sum", data: { ms: 100 } }));
    const run = await cluster.producer.enqueue(flat(nodes), { maxConcurrency });
    const killed = new Set<number>();
    while (killed.size < 2) {
      const isAlive = ({ pid }: { readonly pid: number }): boolean => !killed.has(pid);
      const atWork = async () => (await readTrace(cluster.redis, cluster.prefix, run.id)).findLast(isAlive);
      await until("a worker has a node", async () => (await atWork()) !== undefined);
      const pid = (await atWork())?.pid ?? 0;
      await workers.find((worker) => worker.pid === pid)?.kill();
      killed.add(pid);
    }
    expect((await run.result()).status).toBe("completed");
    const claims = new ClaimCount();
    let most = 0;
    const events = await allEvents(run);
    for (const event of events) {
      claims.observe(event);
      most = Math.max(most, claims.size);
    }
    expect(most).toBe(maxConcurrency);
    expect([...commitCounts(events).values()]).toEqual(nodes.map(() => 1));
  });

  test.each([
    { type: "deadly", deaths: 2 },
    // Once ahead of its claim, which nobody counts.
    { type: "deadly-pure", deaths: 3 },
  ])("by a $type node end that node once it has killed too many, and nothing else", async ({ type, deaths }) => {
    const cluster = openCluster({ settings: { maxCrashCount: 1 } });
    await cluster.redis.hset(new StoreKeys(cluster.prefix).handlerTimes, { pure: 0.1, "deadly-pure": 0.1 });
    await cluster.startRole("scheduler");
    const keepWorker = async (): Promise<void> => {
      const worker = await cluster.startRole("worker");
      worker.child.once("exit", (_code, signal) => {
        if (signal === "SIGKILL" && !isOver) void keepWorker();
      });
    };
    let isOver = false;
    await Promise.all([keepWorker(), keepWorker()]);
    const survived = await cluster.producer.enqueue(flat([{ id: "deadly", type: "deadly", data: { times: 1 } }]));
    expect((await survived.result()).nodeResults["deadly"]).toBe(1);
    const poison = await cluster.producer.enqueue({
      nodes: [
        { id: "first", type: "pure" },
        { id: "deadly", type },
      ],
      edges: [{ source: "first", target: "deadly" }],
    });
    const result = await poison.result();
    isOver = true;
    expect(result.errors).toMatchObject([{ code: "NODE_CRASHED", nodeId: "deadly", attempt: 1 }]);
    expect(result.nodeResults).toEqual({ first: 1 });
    expect(await readTrace(cluster.redis, cluster.prefix, poison.id)).toHaveLength(deaths);
  });
});
