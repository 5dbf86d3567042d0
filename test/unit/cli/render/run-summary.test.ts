import { describe, expect, test } from "vitest";
import { renderSummary } from "../../../../src/cli/render/run-summary.ts";
import { HOSTILE_IDS, plainView, runResult, UNSAFE_FOR_TERMINALS } from "../cli-fixtures.ts";

describe("renderSummary", () => {
  test("tells status, time per level, gain and result", () => {
    expect(renderSummary(runResult(), plainView())).toEqual([
      "✔ completed in 1.00 s · orders",
      "run 0-0mfx3k2a1-0a1b2c3d4e5f60718293",
      "",
      "level  nodes    time  one by one",
      `    0    2/2  500 ms      900 ms  ${"█".repeat(16)}`,
      `    1    1/1  500 ms      500 ms  ${" ".repeat(16)}${"█".repeat(16)}`,
      "1.4× as fast as one by one (its nodes took 1.40 s added up, the run 1.00 s)",
      "",
      "result",
      "  {",
      '    "total": 3',
      "  }",
    ]);
  });

  test("tells the nodes of a failed run apart and lists its errors", () => {
    const { timings } = runResult();
    const result = runResult({
      status: "failed",
      finalOutput: null,
      errors: [{ code: "NODE_FAILED", message: "error executing node b: boom", nodeId: "b", level: 0, attempt: 2 }],
      nodes: {
        a: { status: "completed", attempts: 1 },
        b: { status: "failed", attempts: 2 },
        c: { status: "skipped", attempts: 0 },
      },
      timings: { ...timings, levels: [] },
    });
    expect(renderSummary(result, plainView())).toEqual([
      "✖ failed in 1.00 s · orders",
      "run 0-0mfx3k2a1-0a1b2c3d4e5f60718293",
      "nodes: 1 completed, 1 failed, 1 skipped",
      "",
      "errors",
      "  NODE_FAILED  level 0, attempt 2",
      "    error executing node b: boom",
    ]);
  });

  test("claims no gain where there was none", () => {
    const { timings } = runResult();
    const lines = renderSummary(runResult({ timings: { ...timings, nodeTimeMs: 900 } }), plainView());
    expect(lines).toContain("its nodes took 900 ms added up, the run 1.00 s");
  });

  test("cuts a long result in a terminal, and only there", () => {
    const result = runResult({ finalOutput: Array.from({ length: 100 }, (_, index) => index) });
    expect(renderSummary(result, plainView({ isTerminal: true })).at(-1)).toBe("  … and 62 lines more: use --json");
    expect(renderSummary(result, plainView()).at(-1)).toBe("  ]");
  });

  test("is short for a run of 10,000 levels", () => {
    const { timings } = runResult();
    const levels = Array.from({ length: 10_000 }, (_, level) => ({
      level,
      nodeCount: 1,
      startedAt: level,
      finishedAt: level + 1,
      durationMs: 1,
    }));
    expect(renderSummary(runResult({ timings: { ...timings, levels } }), plainView()).length).toBeLessThan(80);
  });

  test("lets no payload act on the terminal", () => {
    for (const id of HOSTILE_IDS) {
      const errors = [{ code: "NODE_FAILED" as const, message: `error executing node ${id}: ${id}`, nodeId: id }];
      for (const status of ["completed", "failed"] as const) {
        const text = renderSummary(
          runResult({ workflowId: id, errors, status, finalOutput: { [id]: id } }),
          plainView({ isTerminal: true }),
        ).join("\n");
        expect(text).not.toMatch(UNSAFE_FOR_TERMINALS);
      }
    }
  });
});
