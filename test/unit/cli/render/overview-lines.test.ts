import pc from "picocolors";
import { describe, expect, test } from "vitest";
import type { Overview } from "../../../../src/core/run/overview.ts";
import type { RunRecord } from "../../../../src/core/run/run-record.ts";
import { renderOverview } from "../../../../src/cli/render/overview-lines.ts";

const VIEW = { width: 120, colors: pc.createColors(false), address: "redis://127.0.0.1:6379" };

function runOf(number: number): RunRecord {
  return {
    runId: `run-${String(number)}`,
    workflowId: "etl\u001b[2J",
    workflowHash: "hash",
    status: "running",
    epoch: 1,
    dispatch: 1,
    level: 1,
    barrierLevel: 1,
    strands: 1,
    committedInLevel: 0,
    committedCount: 5,
    nodeCount: 10,
    levelCount: 4,
    sequential: false,
    createdAt: 900,
    startedAt: 1_000,
  };
}

function overviewOf({
  runCount = 2,
  isPaused = false,
}: { readonly runCount?: number; readonly isPaused?: boolean } = {}): Overview {
  return {
    at: 3_000,
    redis: { version: "7.0.15", roundTripMs: 0.31, usedBytes: 3 * 1024 * 1024 },
    runs: { active: runCount, paused: 1, finished: 20 },
    active: Array.from({ length: Math.min(runCount, 100) }, (_, i) => runOf(i)),
    workers: [{ id: "w-1", pool: "default", types: [], concurrency: 50, running: 25, version: "1.0.0", silentMs: 400 }],
    schedulers: [{ id: "s-1", version: "1.0.0", silentMs: 100 }],
    queues: [
      { queue: "lanes-default", jobs: { waiting: 3, prioritized: 2, active: 1, failed: 4 }, oldestWaitingMs: 1_500, isPaused },
    ],
  };
}

const EMPTY: Overview = { ...overviewOf({ runCount: 0 }), active: [], workers: [], schedulers: [], queues: [] };

describe("renderOverview", () => {
  test("shows runs, processes and queues", () => {
    const text = renderOverview(overviewOf(), VIEW).join("\n");
    expect(text).toContain("redis://127.0.0.1:6379 · Redis 7.0.15 · 0.3 ms · 3.0 MiB");
    expect(text).toContain("runs   2 active  1 paused  20 finished\n");
    expect(text).toContain("nodes  25 at work of 50 places  ████████────────  1 worker, 1 scheduler");
    expect(text).toMatch(/run-0 +etl\\u001b\[2J +running +2\/4 +5\/10 +████████──────── +2\.00 s/);
    expect(text).toMatch(/worker +w-1 +default +25\/50 +1\.0\.0 +400 ms/);
    expect(text).toMatch(/lanes-default +5 +1 +0 +0 +4 +1\.50 s/);
  });

  test("escapes what processes say of themselves", () => {
    const hostile = "w\u001b[2J";
    const {
      workers: [worker],
      queues: [queue],
    } = overviewOf();
    if (worker === undefined || queue === undefined) throw new Error("there is one of each");
    const workers = [{ ...worker, id: hostile, pool: hostile, version: hostile }];
    const text = renderOverview({ ...overviewOf(), workers, queues: [{ ...queue, queue: hostile }] }, VIEW).join("\n");
    expect(text).not.toContain("\u001b");
    expect(text).toContain("w\\u001b[2J");
  });

  test("says what there is none of", () => {
    expect(renderOverview(EMPTY, VIEW).join("\n")).toContain("no scheduler and no worker was heard of in the last 10 s");
  });

  test("says that a queue is paused", () => {
    expect(renderOverview(overviewOf({ isPaused: true }), VIEW).join("\n")).toContain("lanes-default (paused)");
  });

  test("tells how fast runs finish, by what was so before", () => {
    const before = { ...overviewOf(), at: 1_000, runs: { active: 1, paused: 0, finished: 15 } };
    expect(renderOverview(overviewOf(), { ...VIEW, before })[1]).toContain("20 finished (2.5/s)");
  });

  test.each([10, 16, 24, 40, 200])("keeps to a height of %i where that is possible", (height) => {
    const lines = renderOverview(overviewOf({ runCount: 250 }), { ...VIEW, height });
    expect(lines.length).toBeLessThanOrEqual(Math.max(height, 18));
    const shown = lines.filter((line) => /^run-\d/.test(line)).length;
    expect(shown).toBeGreaterThanOrEqual(3);
    expect(lines).toContain(`… and ${String(250 - shown)} more runs`);
  });

  test("leaves out what there is no room for in a narrow terminal", () => {
    const lines = renderOverview(overviewOf(), { ...VIEW, width: 80 });
    for (const line of lines.slice(1)) expect(line.length).toBeLessThanOrEqual(90);
    expect(lines.join("\n")).toMatch(/5\/10 +2\.00 s/);
  });
});
