import { describe, expect, test } from "vitest";
import { LevelflowError, type Producer, type RunHandle } from "../../src/index.ts";
import { startEngine, type EngineOptions, type TestEngine } from "../support/engine.ts";
import { expectRightSums } from "../support/expect-right.ts";
import { openOwnRedis } from "../support/own-redis.ts";
import { layers, type Payload } from "../support/payloads.ts";
import { liveJobs } from "../support/queues.ts";
import { QUICK_SETTINGS, openCluster } from "../support/role-processes.ts";
import { allEvents, eventOf } from "../support/run-events.ts";
import { until } from "../support/until.ts";

/** Repeats an enqueue until Redis has it, as the error says. */
async function enqueueUntilSure(producer: Producer, payload: Payload): Promise<RunHandle> {
  let runId: string | undefined;
  for (;;) {
    try {
      return await producer.enqueue(payload, runId === undefined ? {} : { runId });
    } catch (error) {
      if (!(error instanceof LevelflowError && error.retryable)) throw error;
      runId = error.runId ?? runId;
    }
  }
}

/** Waits for an end although Redis goes away meanwhile. */
async function waitForEnd(run: RunHandle): Promise<void> {
  for (;;) {
    try {
      await run.result();
      return;
    } catch (error) {
      if (!(error instanceof LevelflowError && error.retryable)) throw error;
    }
  }
}

describe("Redis", () => {
  test("killed and started again under a stream of runs loses none of them", async () => {
    const redis = await openOwnRedis();
    const cluster = openCluster({ redisUrl: redis.url });
    await cluster.start(2);
    const shape = { levels: 5, width: 4 };
    const payload = layers({ ...shape, type: "sum", data: { ms: 10 } });
    const runs: RunHandle[] = [];
    for (let round = 0; round < 3; round += 1) {
      const stream = Array.from({ length: 8 }, () => enqueueUntilSure(cluster.producer, payload));
      runs.push(await Promise.race(stream));
      await redis.kill();
      await redis.restart();
      runs.push(...(await Promise.all(stream)));
    }
    for (const { id } of runs) await waitForEnd(cluster.producer.run(id));
    for (const id of new Set(runs.map((run) => run.id))) await expectRightSums(cluster.producer.run(id), shape);
    await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
  }, 60_000);

  test("that comes back without the last it had written goes on from before that", async () => {
    const redis = await openOwnRedis();
    const cluster = openCluster({ redisUrl: redis.url });
    await cluster.start(2);
    const shape = { levels: 6, width: 4 };
    const run = await cluster.producer.enqueue(layers({ ...shape, type: "sum", data: { ms: 20 } }));
    await eventOf(run, ({ type, level }) => type === "level-started" && level === 4);
    const before = await run.snapshot();
    await redis.kill();
    redis.loseTail(0.5);
    await redis.restart();
    await waitForEnd(cluster.producer.run(run.id));
    await expectRightSums(run, shape);
    // Some of what had been committed was lost, and done again.
    const { nodes } = await run.snapshot();
    const again = Object.entries(before.nodes).filter(
      ([id, { status, finishedAt }]) => status === "completed" && nodes[id]?.finishedAt !== finishedAt,
    );
    expect(again).not.toEqual([]);
    await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
  }, 60_000);

  test("made to forget its scripts again and again does not hold a run", async () => {
    const redis = await openOwnRedis();
    const engine = await startEngine({ redisUrl: redis.url, settings: QUICK_SETTINGS });
    try {
      const shape = { levels: 10, width: 3 };
      const payload = layers({ ...shape, type: "sum" });
      const runs = await Promise.all(Array.from({ length: 6 }, () => engine.producer.enqueue(payload)));
      let flushes = 0;
      const isOver = async (): Promise<boolean> =>
        (await Promise.all(runs.map((run) => run.status()))).every((s) => s === "completed");
      while (!(await isOver())) {
        await engine.redis.script("FLUSH");
        flushes += 1;
        const newest = runs[flushes % runs.length]!;
        await newest.snapshot();
      }
      expect(flushes).toBeGreaterThan(0);
      for (const run of runs) await expectRightSums(run, shape);
    } finally {
      await engine.stop();
    }
  });
});

describe("events of a run", () => {
  test("survive a restart of Redis in their order", async () => {
    const redis = await openOwnRedis();
    const options: EngineOptions = { redisUrl: redis.url, settings: QUICK_SETTINGS };
    const engine: TestEngine = await startEngine(options);
    try {
      const run = await engine.producer.enqueue(layers({ levels: 2, width: 2, type: "sum" }));
      await run.result();
      const before = await allEvents(run);
      await redis.kill();
      await redis.restart();
      await waitForEnd(run);
      expect(await allEvents(run)).toEqual(before);
    } finally {
      await engine.stop();
    }
  });
});
