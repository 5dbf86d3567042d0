import { describe, expect, test } from "vitest";
import type { RunResult } from "../../../../src/core/run/run-result.ts";
import { renderProfile } from "../../../../src/cli/render/profile.ts";
import { plainView, runResult } from "../cli-fixtures.ts";

function withProfile(profile: Partial<RunResult["timings"]["profile"]>): RunResult {
  const result = runResult();
  return { ...result, timings: { ...result.timings, profile: { ...result.timings.profile, ...profile } } };
}

const lost = {
  ...{ level: 0, nodeCount: 12, queueWaitMs: 5, meanWaitMs: 9, runMs: 1_500, slots: 4, idleShare: 0.625 },
  ...{ slowest: { nodeId: "fetch\u001b[31m", timeMs: 1_400, slackMs: 250 }, barrierLossMs: -20 },
};

describe("renderProfile", () => {
  test("has a row for each level, what barriers cost and the longest path", () => {
    expect(renderProfile(runResult(), plainView())).toEqual([
      "✔ completed in 1.00 s · orders",
      "run 0-0mfx3k2a1-0a1b2c3d4e5f60718293",
      "",
      "level  nodes  waited     ran  slots  idle  barrier  slowest node",
      "    0      2    0 ms  500 ms      2  10 %     0 ms  b (500 ms)",
      "    1      1    0 ms  500 ms      1   0 %     0 ms  c (500 ms)",
      "",
      "barriers cost nothing (its nodes take 1.00 s level by level, 1.00 s in dependency order)",
      "longest path 1.00 s: b → c",
    ]);
  });

  test("shows slack, losses of either sign, and ids that a terminal would act on", () => {
    const order = { criticalPathMs: 900, levelOrderMs: 1_500, dependencyOrderMs: 1_200, barrierLossMs: 300 };
    const criticalPath = Array.from({ length: 11 }, (_, i) => `n${i}`);
    const lines = renderProfile(withProfile({ levels: [lost], order: { ...order, criticalPath } }), plainView());
    expect(lines[4]).toBe("    0     12    5 ms  1.50 s      4  63 %   −20 ms  fetch\\u001b[31m (1.40 s, 250 ms slack)");
    expect(lines[6]).toBe("barriers cost 300 ms (its nodes take 1.50 s level by level, 1.20 s in dependency order)");
    expect(lines[7]).toBe("longest path 900 ms: n0 → n1 → n2 → n3 → n4 → … 1 node … → n6 → n7 → n8 → n9 → n10");
  });

  test("of a run that did not complete tells nothing of barriers", () => {
    const { barrierLossMs: _, ...level } = lost;
    const { order: __, ...profile } = runResult().timings.profile;
    const result = { ...runResult(), timings: { ...runResult().timings, profile: { ...profile, levels: [level] } } };
    const lines = renderProfile(result, plainView());
    expect(lines).toHaveLength(5);
    expect(lines[3]).toBe("level  nodes  waited     ran  slots  idle  slowest node");
  });

  test("says so when no level is over", () => {
    expect(renderProfile(withProfile({ levels: [] }), plainView()).at(-1)).toBe("no level is over yet");
  });

  test("ends a long run's table early", () => {
    const levels = Array.from({ length: 250 }, (_, level) => ({ ...lost, level }));
    expect(renderProfile(withProfile({ levels }), plainView())).toContain("… and 50 levels more, see --json");
  });
});
