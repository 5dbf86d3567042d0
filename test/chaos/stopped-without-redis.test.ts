import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openOwnRedis } from "../support/own-redis.ts";
import { flat } from "../support/payloads.ts";
import { openCluster } from "../support/role-processes.ts";
import { until } from "../support/until.ts";

describe.each(["scheduler", "worker"] as const)("a %s that is told to stop", (role) => {
  test.each(["killed", "silent"] as const)("ends although Redis is %s", async (how) => {
    const redis = await openOwnRedis();
    const cluster = openCluster({ redisUrl: redis.url });
    const process = await cluster.startRole(role);
    if (how === "killed") await redis.kill();
    else redis.pause();
    expect(await process.stop()).toBe(0);
    if (how === "killed") await redis.restart();
    else redis.unpause();
  });
});

describe("a worker that is told to stop with a node at work", () => {
  // How long after the word to stop Redis goes, in ms: in each phase of the stop.
  test.each([0, 1_500])("ends although Redis is killed %i ms later", async (delayMs) => {
    const redis = await openOwnRedis();
    const cluster = openCluster({ redisUrl: redis.url, settings: { shutdownGraceMs: 1_000 } });
    const { workers } = await cluster.start(1);
    const run = await cluster.producer.enqueue(flat([{ id: "slow", type: "nap", data: { ms: 60_000 } }]));
    await until("the node runs", async () => (await run.snapshot()).nodes["slow"]?.status === "running");
    const stopping = workers[0]!.stop();
    await sleep(delayMs);
    await redis.kill();
    await sleep(1_000);
    await redis.restart();
    expect(await stopping).toBe(0);
  });
});
