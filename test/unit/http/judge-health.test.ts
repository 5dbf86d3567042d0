import { describe, expect, test } from "vitest";
import { judgeHealth, worstHealth } from "../../../src/http/judge-health.ts";
import { judgeLoops, type Health } from "../../../src/runtime/health.ts";

const GRACE_MS = 1_000;
const away = (forMs: number): Health => ({ status: "redis-away", reason: "connection refused", forMs });
const judge = (health: Health, isStopping = false): object => judgeHealth(health, { graceMs: GRACE_MS, isStopping });

describe("judgeHealth", () => {
  test.each<[Health, { live: boolean; ready: boolean }]>([
    [{ status: "idle" }, { live: true, ready: false }],
    [{ status: "ok" }, { live: true, ready: true }],
    [away(GRACE_MS), { live: true, ready: false }],
    [away(GRACE_MS + 1), { live: false, ready: false }],
    [
      { status: "redis-refusing", reason: "no memory", forMs: GRACE_MS + 1 },
      { live: false, ready: false },
    ],
    [
      { status: "stuck", reason: "the sweep does not end", forMs: 1 },
      { live: false, ready: false },
    ],
    [{ status: "stopped" }, { live: true, ready: false }],
  ])("judges %j", (health, verdict) => {
    expect(judge(health)).toMatchObject({ ...health, ...verdict });
  });

  test("takes a process that stops for alive, whatever its Redis does", () => {
    expect(judge(away(GRACE_MS * 5), true)).toEqual({ live: true, ready: false, status: "stopping" });
  });
});

describe("worstHealth", () => {
  test("is that of the role that is worst off", () => {
    expect(worstHealth([{ status: "ok" }, away(5), { status: "idle" }])).toEqual(away(5));
    expect(worstHealth([{ status: "ok" }, { status: "ok" }])).toEqual({ status: "ok" });
  });
});

describe("judgeLoops", () => {
  const OK: Health = { status: "ok" };
  const judgement = { redis: OK, redisBackAt: -Infinity, graceMs: GRACE_MS, now: 10_000 };
  const busy = (since: number): Parameters<typeof judgeLoops>[0] => ({
    isTakingJobs: true,
    tasks: [
      { name: "the heartbeat", since: 9_999 },
      { name: "the sweep", since },
    ],
  });

  test("is what is known of Redis, for loops that come round", () => {
    expect(judgeLoops(busy(10_000 - GRACE_MS), judgement)).toEqual(OK);
  });

  test("tells which loop does not end", () => {
    expect(judgeLoops(busy(8_000), judgement)).toEqual({ status: "stuck", reason: "the sweep does not end", forMs: 2_000 });
  });

  test("blames no loop for the time in which Redis was away", () => {
    expect(judgeLoops(busy(1_000), { ...judgement, redisBackAt: 9_500 })).toEqual(OK);
    expect(judgeLoops(busy(1_000), { ...judgement, redis: away(9_000) })).toEqual(away(9_000));
  });

  test("tells that no jobs are taken any more", () => {
    expect(judgeLoops({ isTakingJobs: false, tasks: [] }, judgement)).toMatchObject({ status: "stuck" });
  });
});
