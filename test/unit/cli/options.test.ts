import { describe, expect, test } from "vitest";
import { parseCount, parseTimeoutMs } from "../../../src/cli/options.ts";

describe("parseCount", () => {
  test("reads whole numbers within its bounds", () => {
    expect(parseCount(0)("0")).toBe(0);
    expect(parseCount(1, 256)("256")).toBe(256);
  });

  test.each(["-1", "1.5", "1e3", "", " 1", "0x10", "many", "99999999999999999"])("refuses %j", (text) => {
    expect(() => parseCount(0)(text)).toThrow("Use a whole number of at least 0.");
  });

  test("names both bounds", () => {
    expect(() => parseCount(1, 256)("257")).toThrow("Use a whole number from 1 to 256.");
  });
});

describe("parseTimeoutMs", () => {
  test.each([
    ["1500", 1_500],
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["1us", 1],
  ])("reads %s as %d ms", (text, ms) => {
    expect(parseTimeoutMs(text)).toBe(ms);
  });

  test.each(["0", "-1s", "soon", ""])("refuses %j", (text) => {
    expect(() => parseTimeoutMs(text)).toThrow("Use a duration above zero");
  });
});
