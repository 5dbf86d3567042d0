import { describe, expect, test } from "vitest";
import { barrierName, laneName, levelTitle, startName } from "../../../src/queue/bullmq/job-names.ts";

describe("names of jobs", () => {
  test("tell workflow, level, and node or lane", () => {
    const title = levelTitle("etl", 2);
    const several = { nodeIds: ["a", "b", "c", "d"], nodeCount: 120 };
    expect(startName("etl")).toBe("etl: start");
    expect(barrierName(title, several)).toBe("etl: level 2 (a, b, c and 117 more)");
    expect(laneName(title, 7, several)).toBe("etl: level 2, lane 7");
    expect(barrierName(title, { nodeIds: ["a"], nodeCount: 1 })).toBe("etl: level 2 (a)");
    expect(laneName(title, 0, { nodeIds: ["a"], nodeCount: 1 })).toBe("etl: level 2, node a");
  });

  test("do without what they do not know, and shorten what is long", () => {
    expect(startName(undefined)).toBe("start");
    expect(barrierName(levelTitle(undefined, 0), undefined)).toBe("level 0");
    expect(levelTitle("w".repeat(500), 1)).toBe(`${"w".repeat(39)}…: level 1`);
  });
});
