import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { Producer, Scheduler, Worker } from "../../src/index.ts";
import { CapturedLog } from "../support/captured-log.ts";
import { errorOf } from "../support/error-of.ts";
import { expectRightSums } from "../support/expect-right.ts";
import { createHeldSums } from "../support/held-sums.ts";
import { openOwnRedis, type OwnRedis } from "../support/own-redis.ts";
import { layers } from "../support/payloads.ts";
import { eventOf } from "../support/run-events.ts";
import { createWatchedRoles } from "../support/watched-roles.ts";

/** How long Redis stays away, in ms, once everybody has noticed: `REDIS_AWAY_MS=30000` for half a minute. */
const AWAY_MS = Number(process.env["REDIS_AWAY_MS"] ?? 1_000);
const WAITING = "Redis is away; waiting for it";
const FAILING = "Redis is away; calls fail until that ends";
const BACK = "Redis is back";

const SHAPE = { levels: 6, width: 3 } as const;
const HELD = layers({ ...SHAPE, type: "sum", data: { held: true } });
const STREAMED = layers({ ...SHAPE, type: "sum", data: { ms: 20 } });

const ABSENCES: readonly (readonly [string, (redis: OwnRedis) => Promise<void>, (redis: OwnRedis) => Promise<void>])[] = [
  ["killed", (redis) => redis.kill(), (redis) => redis.restart()],
  ["silent", async (redis) => redis.pause(), async (redis) => redis.unpause()],
];

describe("Redis that goes away under a stream of runs", () => {
  test.each(ABSENCES)(
    "%s: is told of once by each role, and no run is lost",
    async (_how, harm, mend) => {
      const redis = await openOwnRedis();
      const sums = createHeldSums();
      // With a single crash counted a node would fail.
      const roles = createWatchedRoles({ redisUrl: redis.url, nodes: sums.nodes, settings: { maxCrashCount: 0 } });
      const { producer } = roles;
      await roles.start();
      const held = await producer.role.enqueue(HELD);
      await sums.held(SHAPE.width);
      const streamed = await Promise.all([1, 2, 3].map(() => producer.role.enqueue(STREAMED)));
      await eventOf(streamed[0]!, (event) => event.type === "node-completed");
      const waiting = errorOf(held.result());
      expect(roles.all.map(({ role }) => role.health())).toEqual(roles.all.map(() => ({ status: "ok" })));

      await harm(redis);
      const uncertain = await errorOf(producer.role.enqueue(STREAMED));
      expect(["ENQUEUE_UNCERTAIN", "REDIS_UNAVAILABLE"]).toContain(uncertain.code);
      for (const { code, message } of [
        await waiting,
        await errorOf(held.status()),
        await errorOf(producer.role.list({ limit: 1 })),
      ]) {
        expect(code).toBe("REDIS_UNAVAILABLE");
        expect(message).toMatch(
          /^cannot reach Redis at redis:\/\/127\.0\.0\.1:\d+ \(.+\): is it running, and is REDIS_URL right\?$/,
        );
      }
      await Promise.all(roles.all.map(({ log }) => log.find("Redis is away")));
      // Their results have to wait for Redis.
      sums.release();
      await sleep(AWAY_MS);
      for (const { role } of roles.all) {
        const { status, reason, forMs } = role.health();
        expect({ status, reason }).toEqual({ status: "redis-away", reason: expect.stringMatching(/./) as string });
        expect(forMs).toBeGreaterThanOrEqual(AWAY_MS);
      }
      expect((await errorOf(held.snapshot())).code).toBe("REDIS_UNAVAILABLE");

      await mend(redis);
      await Promise.all(roles.all.map(({ log }) => log.find(BACK)));
      expect(roles.all.map(({ role }) => role.health())).toEqual(roles.all.map(() => ({ status: "ok" })));
      const repeated = await producer.role.enqueue(STREAMED, uncertain.runId === undefined ? {} : { runId: uncertain.runId });
      for (const run of [held, ...streamed, repeated]) await expectRightSums(run, SHAPE);
      await roles.stop();
      for (const { log } of roles.servers) expect(log.messages("warn", "error")).toEqual([WAITING]);
      expect(producer.log.messages("warn", "error")).toEqual([FAILING]);
      for (const { log } of roles.all)
        expect(log.messages("info").filter((message) => message.startsWith("Redis"))).toEqual([BACK]);
    },
    AWAY_MS + 60_000,
  );
});

describe("roles that are started while Redis is away", () => {
  test("wait for it, and work when it is there", async () => {
    const redis = await openOwnRedis();
    await redis.kill();
    const roles = createWatchedRoles({ redisUrl: redis.url, nodes: createHeldSums().nodes });
    const { producer, servers } = roles;
    expect(roles.all.map(({ role }) => role.health())).toEqual(roles.all.map(() => ({ status: "idle" })));
    const started = roles.start();
    await Promise.all(servers.map(({ log }) => log.find(WAITING)));
    expect((await errorOf(producer.role.enqueue(STREAMED))).code).toBe("REDIS_UNAVAILABLE");
    for (const { role } of roles.all)
      expect(role.health()).toMatchObject({
        status: "redis-away",
        reason: "connection refused",
        forMs: expect.any(Number) as number,
      });

    await redis.restart();
    await started;
    await producer.log.find(BACK);
    expect(roles.all.map(({ role }) => role.health())).toEqual(roles.all.map(() => ({ status: "ok" })));
    await expectRightSums(await producer.role.enqueue(STREAMED), SHAPE);
    await roles.stop();
    for (const { log } of servers) expect(log.messages("info", "warn", "error")).toEqual([WAITING, BACK]);
    expect(producer.log.messages("info", "warn", "error")).toEqual([FAILING, BACK]);
    expect(roles.all.map(({ role }) => role.health())).toEqual(roles.all.map(() => ({ status: "stopped" })));
  });

  test.each([
    ["scheduler", Scheduler],
    ["worker", Worker],
  ])("%s: gives up after redisWaitMs, and can be started again", async (_name, Role) => {
    const redis = await openOwnRedis();
    await redis.kill();
    const log = new CapturedLog();
    const role = new Role({ connection: redis.url, logger: log.logger, settings: { redisWaitMs: 300 } });
    onTestFinished(() => role.stop());
    const error = await errorOf(role.start());
    expect(error.code).toBe("REDIS_UNAVAILABLE");
    expect(error.message).toMatch(/^cannot reach Redis at redis:\/\/127\.0\.0\.1:\d+ \(connection refused\): is it running/);
    expect(role.health()).toMatchObject({ status: "redis-away", reason: "connection refused" });
    await redis.restart();
    await role.start();
    expect(role.health()).toEqual({ status: "ok" });
    await role.stop();
    expect(log.messages("info", "warn", "error")).toEqual([WAITING, BACK]);
  });

  test("stop waiting when they are stopped", async () => {
    const redis = await openOwnRedis();
    await redis.kill();
    const roles = createWatchedRoles({ redisUrl: redis.url });
    const failed = errorOf(roles.start());
    await Promise.all(roles.servers.map(({ log }) => log.find(WAITING)));
    await roles.stop();
    expect((await failed).code).toBe("CLOSED");
  });
});

describe("a wrong password", () => {
  test.each([
    ["scheduler", Scheduler],
    ["worker", Worker],
  ])("fails the start of a %s at once", async (_name, Role) => {
    const redis = await openOwnRedis();
    const connection = redis.url.replace(/:[^:@]+@/, ":not-the-password@");
    const log = new CapturedLog();
    const role = new Role({ connection, logger: log.logger, settings: { redisWaitMs: 600_000 } });
    onTestFinished(() => role.stop());
    const error = await errorOf(role.start());
    expect(error.code).toBe("REDIS_UNAVAILABLE");
    expect(error.message).toContain("refuses the password, or the user: correct the address");
    expect(error.message).not.toContain("not-the-password");
    expect(log.messages("info", "warn", "error")).toEqual([]);
    expect(role.health()).toMatchObject({ status: "redis-away", reason: expect.stringContaining("password") as string });
  });

  test("fails a producer's calls at once", async () => {
    const redis = await openOwnRedis();
    const producer = new Producer({ connection: redis.url.replace(/:[^:@]+@/, ":not-the-password@") });
    onTestFinished(() => producer.close());
    const { code, message } = await errorOf(producer.enqueue(STREAMED));
    expect({ code, message }).toEqual({
      code: "REDIS_UNAVAILABLE",
      message: expect.stringContaining("refuses the password, or the user: correct the address") as string,
    });
    expect(producer.health()).toMatchObject({ status: "redis-away", reason: expect.stringContaining("password") as string });
  });
});
