import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { redisConnector } from "../../src/runtime/connect-redis.ts";
import { StoreKeys } from "../../src/store/redis/keys.ts";
import { createRedisStore } from "../../src/store/redis/redis-run-store.ts";
import { startRun } from "../contract/run-store/run-driver.ts";
import { openOwnRedis } from "../support/own-redis.ts";

/** A store on a Redis of its own. */
async function open() {
  const redis = await openOwnRedis();
  const connect = redisConnector(redis.url, { failFast: false, log: SILENT_LOGGER });
  const store = createRedisStore({ connect, prefix: "refused" });
  await store.start();
  const client = new Redis(redis.url);
  onTestFinished(async () => {
    client.disconnect();
    await store.stop();
  });
  return { store, client, keys: new StoreKeys("refused") };
}

const ONE_NODE = { nodeIds: ["a"], plan: { free: ["a"] } };

describe("transitions that are asked for together", () => {
  test("have done nothing where Redis is out of memory, and can be asked for again", async () => {
    const { store, client } = await open();
    const run = await startRun(store, ONE_NODE);
    const held = await run.hold();
    const end = () =>
      Promise.allSettled([
        run.commit(held),
        store.finishRun({ runId: run.runId, epoch: 1, outcome: "completed", behindLevel: 0 }),
      ]);
    await client.config("SET", "maxmemory", "1");
    for (const outcome of await end()) expect(String((outcome as PromiseRejectedResult).reason)).toContain("OOM");
    await client.config("SET", "maxmemory", "0");
    expect(await run.record()).toMatchObject({ status: "running", committedCount: 0 });
    expect(await end()).toMatchObject([{ value: "committed-level" }, { value: { kind: "finished" } }]);
    expect(await run.record()).toMatchObject({ status: "completed", committedCount: 1 });
    expect(await store.countRuns()).toEqual({ active: 0, paused: 0, finished: 1 });
  });

  test("have written all that they are about when the notice of it is refused", async () => {
    const { store, client } = await open();
    const run = await startRun(store, ONE_NODE);
    const held = await run.hold();
    const finish = () => store.finishRun({ runId: run.runId, epoch: 1, outcome: "completed", behindLevel: 0 });
    await client.call("ACL", "SETUSER", "default", "resetchannels");
    const outcomes = await Promise.allSettled([run.commit(held), finish()]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await client.call("ACL", "SETUSER", "default", "allchannels");
    expect(await finish()).toEqual({ kind: "already-finished" });
    expect(await run.record()).toMatchObject({ status: "completed", committedCount: 1 });
    expect(await store.countRuns()).toEqual({ active: 0, paused: 0, finished: 1 });
  });

  test("of one run leave others alone when they are refused", async () => {
    const { store, client, keys } = await open();
    const runs = await Promise.all([1, 2, 3].map(() => startRun(store, ONE_NODE)));
    const held = await Promise.all(runs.map((run) => run.hold()));
    const poisoned = runs[1]!;
    await client.set(keys.part(poisoned.runId, "results"), "no hash");
    const outcomes = await Promise.allSettled(runs.map((run, i) => run.commit(held[i]!)));
    expect(outcomes).toMatchObject([
      { value: "committed-level" },
      { reason: { message: expect.stringContaining("WRONGTYPE") as string } },
      { value: "committed-level" },
    ]);
    for (const run of [runs[0]!, runs[2]!]) {
      expect(await run.record()).toMatchObject({ committedCount: 1 });
      expect((await run.events("node-completed")).map(({ nodeId }) => nodeId)).toEqual(["a"]);
    }
  });

  test("leave a run of a newer version to that, and go on with the others", async () => {
    const { store, client, keys } = await open();
    const runs = await Promise.all([1, 2, 3].map(() => startRun(store, ONE_NODE)));
    const held = await Promise.all(runs.map((run) => run.hold()));
    const newer = runs[1]!;
    await client.hset(keys.run(newer.runId), "version", "99");
    const before = await client.hgetall(keys.run(newer.runId));
    const outcomes = await Promise.allSettled(runs.map((run, i) => run.commit(held[i]!)));
    expect(outcomes).toMatchObject([
      { value: "committed-level" },
      { reason: { code: "RECORD_TOO_NEW", runId: newer.runId } },
      { value: "committed-level" },
    ]);
    expect(await client.hgetall(keys.run(newer.runId))).toEqual(before);
    expect(await client.exists(keys.part(newer.runId, "results"))).toBe(0);
  });
});
