import { describe, expect, test } from "vitest";
import { playChaos } from "../chaos-run/chaos.ts";

/** `npm run chaos` plays as long as you like. */
const CHAOS_MS = 30_000;

describe("half a minute of faults on real processes", () => {
  test("leaves every run right, and nothing behind", { timeout: 300_000 }, async () => {
    const report = await playChaos({ seed: 2026, chaosMs: CHAOS_MS, faultGapMs: 1_500 });
    expect(report.findings).toEqual([]);
    expect(report.runs).toBeGreaterThan(10);
    expect(report.nodesCommitted).toBeGreaterThan(100);
    expect(report.faults["kill worker"]).toBeGreaterThan(0);
    expect(report.faults["kill Redis"]).toBeGreaterThan(0);
  });
});
