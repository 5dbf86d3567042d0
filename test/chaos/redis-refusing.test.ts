import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { RunHandle } from "../../src/index.ts";
import { errorOf } from "../support/error-of.ts";
import { expectRightSums } from "../support/expect-right.ts";
import { createHeldSums } from "../support/held-sums.ts";
import { openOwnRedis, type OwnRedis } from "../support/own-redis.ts";
import { layers } from "../support/payloads.ts";
import { eventOf } from "../support/run-events.ts";
import { createWatchedRoles } from "../support/watched-roles.ts";

/** How long Redis goes on refusing, in ms, once everybody has noticed. */
const REFUSING_MS = Number(process.env["REDIS_AWAY_MS"] ?? 1_000);
const WAITING = "Redis refuses commands; waiting for it";
const FAILING = "Redis refuses commands; calls fail until that ends";
const OVER = "Redis takes commands again";

const SHAPE = { levels: 6, width: 3 } as const;
const HELD = layers({ ...SHAPE, type: "sum", data: { held: true } });
const STREAMED = layers({ ...SHAPE, type: "sum", data: { ms: 20 } });

interface Refusal {
  readonly what: string;
  readonly begin: readonly string[];
  readonly end: readonly string[];
  /** What is wrong, and the remedy. */
  readonly reason: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    what: "out of memory",
    begin: ["CONFIG", "SET", "maxmemory", "1"],
    end: ["CONFIG", "SET", "maxmemory", "0"],
    reason: "is out of memory (maxmemory) and refuses writes: raise maxmemory, or remove data (a lower retentionMs keeps less)",
  },
  {
    what: "a read-only replica",
    begin: ["REPLICAOF", "127.0.0.1", "1"],
    end: ["REPLICAOF", "NO", "ONE"],
    reason: "is a read-only replica: connect to its primary, or wait for the failover to end",
  },
  {
    what: "without its replicas",
    begin: ["CONFIG", "SET", "min-replicas-to-write", "1"],
    end: ["CONFIG", "SET", "min-replicas-to-write", "0"],
    reason: "refuses writes for want of replicas (min-replicas-to-write): see to them",
  },
];

async function send(redis: OwnRedis, [name = "", ...args]: readonly string[]): Promise<void> {
  expect(await redis.command(name, ...args)).toBe("OK");
}

describe("Redis that refuses writes", () => {
  test.each(REFUSALS)(
    "$what: is told of once by each role, and runs go on afterwards",
    async ({ begin, end, reason }) => {
      const redis = await openOwnRedis();
      const sums = createHeldSums();
      // With a single crash counted a node would fail.
      const roles = createWatchedRoles({ redisUrl: redis.url, nodes: sums.nodes, settings: { maxCrashCount: 0 } });
      const { producer, servers } = roles;
      await roles.start();
      const held = await producer.role.enqueue(HELD);
      await sums.held(SHAPE.width);
      const streamed = await Promise.all([1, 2, 3].map(() => producer.role.enqueue(STREAMED)));
      await eventOf(streamed[0]!, (event) => event.type === "node-completed");

      const waiting = held.result();
      await send(redis, begin);
      const error = await errorOf(held.pause());
      expect(error.code).toBe("REDIS_UNAVAILABLE");
      expect(error.message.replace(/:\d+ /, " ")).toBe(`Redis at redis://127.0.0.1 ${reason}`);
      const uncertain = await errorOf(producer.role.enqueue(STREAMED));
      expect(uncertain.code).toBe("ENQUEUE_UNCERTAIN");
      expect(uncertain.message).toContain(reason);
      await Promise.all(roles.all.map(({ log }) => log.find("Redis refuses commands")));
      // What they commit is refused, again and again.
      sums.release();
      await sleep(REFUSING_MS);
      for (const { role } of roles.all)
        expect(role.health()).toEqual({ status: "redis-refusing", reason, forMs: expect.any(Number) as number });
      expect(await held.status()).toBe("running");

      await send(redis, end);
      expect((await waiting).status).toBe("completed");
      await Promise.all(roles.all.map(({ log }) => log.find(OVER)));
      expect(roles.all.map(({ role }) => role.health())).toEqual(roles.all.map(() => ({ status: "ok" })));
      const repeated = await producer.role.enqueue(STREAMED, { runId: uncertain.runId! });
      for (const run of [held, ...streamed, repeated]) await expectRightSums(run, SHAPE);
      await roles.stop();
      for (const { log } of servers) expect(log.messages("warn", "error")).toEqual([WAITING]);
      expect(producer.log.messages("warn", "error")).toEqual([FAILING]);
      for (const { log } of roles.all)
        expect(log.messages("info").filter((message) => message.startsWith("Redis"))).toEqual([OVER]);
    },
    REFUSING_MS + 60_000,
  );

  test("holds up roles that start, until it takes writes", async () => {
    const redis = await openOwnRedis();
    const [{ begin, end, reason }] = REFUSALS as [Refusal];
    await send(redis, begin);
    const roles = createWatchedRoles({ redisUrl: redis.url, nodes: createHeldSums().nodes });
    const started = roles.start();
    await Promise.all(roles.servers.map(({ log }) => log.find(WAITING)));
    for (const { role } of roles.servers) expect(role.health()).toMatchObject({ status: "redis-refusing", reason });
    await send(redis, end);
    await started;
    const run: RunHandle = await roles.producer.role.enqueue(STREAMED);
    await expectRightSums(run, SHAPE);
    await roles.stop();
    for (const { log } of roles.servers) expect(log.messages("info", "warn", "error")).toEqual([WAITING, OVER]);
  });
});
