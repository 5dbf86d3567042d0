import { describe, expect, test } from "vitest";
import { countOf, formatMoment, formatMs } from "../../../../src/cli/render/format-time.ts";

describe("formatMs", () => {
  test.each([
    [-5, "0 ms"],
    [0, "0 ms"],
    [999.4, "999 ms"],
    [1_000, "1.00 s"],
    [9_994, "9.99 s"],
    [9_995, "10.0 s"],
    [59_949, "59.9 s"],
    [59_950, "1 m 00 s"],
    [125_000, "2 m 05 s"],
    [3_599_400, "59 m 59 s"],
    [3_600_000, "1 h 00 m"],
    [90_061_000, "25 h 01 m"],
  ])("of %d is %s", (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });
});

describe("formatMoment", () => {
  test("is local time to the second", () => {
    expect(formatMoment(new Date(2026, 2, 1, 4, 5, 9).getTime())).toBe("2026-03-01 04:05:09");
  });
});

describe("countOf", () => {
  test("minds the plural", () => {
    expect([0, 1, 2].map((count) => countOf(count, "node"))).toEqual(["0 nodes", "1 node", "2 nodes"]);
  });
});
