import { describe, expect, test, vi } from "vitest";
import { openOwnRedis } from "../support/own-redis.ts";
import { createWatchedRoles } from "../support/watched-roles.ts";

describe("a start on a Redis that is set up to lose runs", () => {
  test("logs each way once, however many roles the process starts", async () => {
    const redis = await openOwnRedis();
    await redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    await redis.command("CONFIG", "SET", "appendonly", "no");
    const printed = vi.spyOn(console, "warn");
    const roles = createWatchedRoles({ redisUrl: redis.url });
    await roles.start();
    await roles.producer.role.list({ limit: 1 });
    expect(roles.all.flatMap(({ log }) => log.messages("warn", "error"))).toEqual([
      "Redis has maxmemory-policy allkeys-lru: when its memory is full it removes keys, and runs are lost. Set it to noeviction.",
      "Redis keeps nothing on disk (no appendonly, no save): all runs are lost when it ends. Set appendonly to yes.",
    ]);
    await roles.stop();
    const again = createWatchedRoles({ redisUrl: redis.url });
    await again.start();
    expect(again.all.flatMap(({ log }) => log.messages("warn", "error"))).toEqual([]);
    // BullMQ would print its own opinion for each connection.
    expect(printed).not.toHaveBeenCalled();
  });

  test("logs nothing of one that is set up well", async () => {
    const redis = await openOwnRedis();
    const roles = createWatchedRoles({ redisUrl: redis.url });
    await roles.start();
    expect(roles.all.flatMap(({ log }) => log.messages("info", "warn", "error"))).toEqual([]);
  });
});
