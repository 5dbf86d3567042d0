import { describe, expect, onTestFinished, test } from "vitest";
import { examine } from "../../src/runtime/doctor/examine.ts";
import type { Finding } from "../../src/runtime/doctor/findings.ts";
import { OverviewReader } from "../../src/runtime/overview-reader.ts";
import { StoreKeys } from "../../src/store/redis/keys.ts";
import { openEngine } from "../support/engine.ts";
import { openLoneProducer } from "../support/lone-producer.ts";
import { flat, layers } from "../support/payloads.ts";
import { redisUrl, testPrefix } from "../support/redis.ts";

const ONE = flat([{ id: "a", type: "number", data: { value: 1 } }]);
/** Long enough ago that a sweep would have seen to it. */
const LONG_AGO_MS = 60_000;

/** What is not well. The Redis of the tests keeps nothing on disk, and is as quick as the machine has time; both is well enough for them. */
async function faultsOf(prefix: string): Promise<Finding[]> {
  const findings = await examine({ connection: redisUrl(), prefix });
  return findings.filter(({ verdict, check }) => verdict !== "ok" && check !== "persistence" && check !== "latency");
}

/** A run that nobody has taken up, under a prefix that ends with the test. */
async function enqueueAlone() {
  const { producer, prefix, redis } = openLoneProducer();
  const { id } = await producer.enqueue(ONE);
  return { prefix, redis, keys: new StoreKeys(prefix), id };
}

describe("an examination", () => {
  test("finds an installation at work well, and leaves it as it is", async () => {
    const engine = await openEngine({ workers: 2 });
    await (await engine.producer.enqueue(ONE)).result();
    expect(await faultsOf(engine.prefix)).toEqual([]);
    expect((await (await engine.producer.enqueue(ONE)).result()).status).toBe("completed");
  });

  test("takes nothing for stuck that only moves on", async () => {
    const engine = await openEngine({ workers: 1 });
    const redis = engine.redis;
    const keys = new StoreKeys(engine.prefix);
    const runs = await Promise.all(
      Array.from({ length: 60 }, () => engine.producer.enqueue(layers({ levels: 4, width: 2, type: "sum", data: { ms: 0 } }))),
    );
    // As if they had been dispatched long ago: so all of them are looked at, while they run.
    for (const { id } of runs) await redis.zadd(keys.unfinished, "XX", Date.now() - LONG_AGO_MS, id);
    expect(await faultsOf(engine.prefix)).toEqual([]);
    for (const run of runs) expect((await run.result()).status).toBe("completed");
  });

  test("changes nothing by looking", async () => {
    const { prefix, redis, keys } = await enqueueAlone();
    const before = await redis.keys(`${keys.tag}:*`);
    await examine({ connection: redisUrl(), prefix });
    expect((await redis.keys(`${keys.tag}:*`)).sort()).toEqual(before.sort());
  });

  test("finds one that was never used without processes", async () => {
    expect(await faultsOf(testPrefix())).toMatchObject([
      { check: "processes", message: "no scheduler runs: levels are not dispatched, timeouts not kept" },
      { check: "processes", message: "no worker runs: nodes are not executed" },
    ]);
  });

  test("finds a pool that nobody serves", async () => {
    const { prefix } = await enqueueAlone();
    expect((await faultsOf(prefix)).map(({ message }) => message)).toContain(
      "no worker serves pool default, of which 1 lane waits",
    );
  });

  test("finds a run that no job carries", async () => {
    const { prefix, redis, keys, id } = await enqueueAlone();
    await redis.zadd(keys.unfinished, Date.now() - LONG_AGO_MS, id);
    expect((await faultsOf(prefix)).filter(({ check }) => check === "runs")).toEqual([]);
    await redis.unlink(`${keys.tag}:lanes-default:wait`, `${keys.tag}:lanes-default:${id}.1.start`);
    expect(await faultsOf(prefix)).toContainEqual(
      expect.objectContaining({ check: "runs", message: `no job carries 1 run (${id})` }),
    );
  });

  test("finds a run that should have ended", async () => {
    const { prefix, redis, keys, id } = await enqueueAlone();
    await redis.zadd(keys.unfinished, Date.now() - LONG_AGO_MS, id);
    await redis.hset(keys.run(id), { status: "failing", finishBy: String(Date.now() - LONG_AGO_MS) });
    expect(await faultsOf(prefix)).toContainEqual(
      expect.objectContaining({ check: "runs", message: `1 run (${id}) should have ended` }),
    );
  });

  test("counts runs of a newer version", async () => {
    const { prefix, redis, keys, id } = await enqueueAlone();
    await redis.hset(keys.run(id), { version: "99" });
    expect(await faultsOf(prefix)).toContainEqual(
      expect.objectContaining({ check: "versions", message: "1 run written by a newer version, which this one leaves alone" }),
    );
  });

  test("finds keys and jobs of runs that are gone, and no others", async () => {
    const engine = await openEngine();
    const keys = new StoreKeys(engine.prefix);
    const run = await engine.producer.enqueue(ONE);
    await run.result();
    const gone = "0-0gone-0123456789abcdef0123";
    const planted = [keys.part(gone, "events"), keys.free(gone, "a:b"), `${keys.tag}:lanes-default:${gone}.1.0.0`];
    for (const key of planted) await engine.redis.set(key, "left");
    const [fault, ...others] = await faultsOf(engine.prefix);
    expect(others).toEqual([]);
    expect(fault?.check).toBe("keys");
    expect(fault?.message).toContain(`3 keys (${planted.sort().join(", ")}) are left`);
  });
});

describe("an overview", () => {
  test("tells of runs, processes and queues", async () => {
    const engine = await openEngine({ workers: 2 });
    const reader = new OverviewReader({ connection: redisUrl(), prefix: engine.prefix });
    onTestFinished(() => reader.close());
    const waiting = await engine.producer.enqueue(flat([{ id: "slow", type: "nap", data: { ms: 60_000 } }]));
    await (await engine.producer.enqueue(ONE)).result();
    const overview = await reader.read();
    expect(overview.runs).toEqual({ active: 1, paused: 0, finished: 1 });
    expect(overview.active.map(({ runId }) => runId)).toEqual([waiting.id]);
    expect(overview.workers).toHaveLength(2);
    expect(overview.schedulers).toHaveLength(1);
    expect(overview.queues.map(({ queue }) => queue)).toEqual(["barriers", "lanes-default"]);
    await waiting.cancel();
    await waiting.result();
    expect((await reader.read()).runs).toEqual({ active: 0, paused: 0, finished: 2 });
  });
});
