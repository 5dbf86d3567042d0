import { describe, expect, test } from "vitest";

// Plain JavaScript, without types: these scripts run before anything is built. A name that is not a literal is not looked up by the compiler.
const SCRIPT: string = new URL("../../../scripts/lib/demo-chart.mjs", import.meta.url).href;
const { levelBars, summaryRow, table } = (await import(SCRIPT)) as {
  levelBars: (result: object) => string[];
  summaryRow: (example: object, result: object) => string[];
  table: (titles: string[], rows: string[][]) => string[];
};

const COMPLETED = {
  status: "completed",
  levels: [["a", "b"], ["c"]],
  timings: {
    createdAt: 0,
    startedAt: 1_000,
    finishedAt: 2_000,
    durationMs: 1_000,
    nodeTimeMs: 2_500,
    levels: [
      { level: 0, nodeCount: 2, startedAt: 1_000, finishedAt: 1_250 },
      { level: 1, nodeCount: 1, startedAt: 1_250, finishedAt: 2_000 },
    ],
  },
};

describe("levelBars", () => {
  test("puts each level where it ran in the time of the run", () => {
    expect(levelBars(COMPLETED)).toEqual([
      `  level 0   2 nodes  ${"█".repeat(10)}${" ".repeat(30)}   250 ms`,
      `  level 1    1 node  ${" ".repeat(10)}${"█".repeat(30)}   750 ms`,
    ]);
  });

  test("draws a level that was cut short up to the end of the run, and a very short one at all", () => {
    const levels = [
      { level: 0, nodeCount: 2, startedAt: 1_000, finishedAt: 1_001 },
      { level: 1, nodeCount: 1, startedAt: 1_999 },
    ];
    const [first, second] = levelBars({ ...COMPLETED, timings: { ...COMPLETED.timings, levels } });
    expect(first).toContain(` █${" ".repeat(39)} `);
    expect(second).toContain(`${" ".repeat(39)}█ `);
  });
});

describe("summaryRow", () => {
  test("gives the speed-up over one by one", () => {
    const row = summaryRow({ name: "etl", status: "completed" }, COMPLETED);
    expect(row).toEqual(["etl", "3", "2", "1.00 s", "2.50 s", "2.5 ×", "completed"]);
  });

  test("compares nothing for a failed run, and says whether it was meant to fail", () => {
    const failed = { ...COMPLETED, status: "failed" };
    expect(summaryRow({ name: "failing", status: "failed" }, failed).slice(4)).toEqual(["–", "–", "failed, as it should"]);
    expect(summaryRow({ name: "etl", status: "completed" }, failed).at(-1)).toBe("failed, though it should be completed");
  });
});

describe("table", () => {
  test("keeps names left and figures right", () => {
    expect(table(["a", "bb", "c"], [["xxx", "1", "yes"]])).toEqual(["a    bb  c", "xxx   1  yes"]);
  });
});
