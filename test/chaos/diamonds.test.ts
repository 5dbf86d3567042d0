import { describe, expect, test } from "vitest";
import { playDiamonds } from "../chaos-run/diamonds.ts";

/** `npm run diamonds` plays as many as you like. */
const RUNS = 200;
const KILLS = 4;

describe("many diamonds while one worker after another is killed", () => {
  test("all complete, with exact counters and one effect a node", { timeout: 120_000 }, async () => {
    const report = await playDiamonds({ runs: RUNS, killEveryMs: 1_000, maxKills: KILLS, workers: 3 });
    expect(report.findings).toEqual([]);
    expect(report.kills).toBeGreaterThan(0);
    expect(report).toMatchObject({ runs: RUNS, completed: RUNS, nodesCommitted: 4 * RUNS, effects: 4 * RUNS });
    expect(report.handlersBegun).toBeGreaterThanOrEqual(4 * RUNS);
  });
});
