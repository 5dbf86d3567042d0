import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDuration, nanosecondsToMs, parseDuration } from "../../../src/core/text/duration.ts";

const SECOND = 1_000_000_000n;
const MAX = 2n ** 63n - 1n;

describe("parseDuration", () => {
  test.each<[string, bigint]>([
    ["0", 0n],
    ["-0", 0n],
    ["+0s", 0n],
    ["150", 150_000_000n],
    ["-250", -250_000_000n],
    ["+5", 5_000_000n],
    ["5ms", 5_000_000n],
    ["7ns", 7n],
    ["15us", 15_000n],
    ["15µs", 15_000n],
    ["15μs", 15_000n],
    ["1.5h", 5_400n * SECOND],
    [".5s", SECOND / 2n],
    ["7.s", 7n * SECOND],
    ["1h30m", 5_400n * SECOND],
    ["-1h30m", -5_400n * SECOND],
    ["1s1s", 2n * SECOND],
    ["0.1h", 360n * SECOND],
    ["1.0000000019s", SECOND + 1n],
    ["0.9ns0.9ns", 0n],
    ["00000000000000000000000001s", SECOND],
    ["9223372036854775807ns", MAX],
    ["-9223372036854775808ns", -MAX - 1n],
    ["9223372036854", 9_223_372_036_854_000_000n],
  ])("reads %s", (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  test.each(
    [
      [
        "",
        "+",
        "-",
        ".",
        ".s",
        "s",
        "5 ms",
        " 5ms",
        "5ms ",
        "5MS",
        "1d",
        "1.5",
        "1e3s",
        "--1s",
        "1s-1s",
        "1h 30m",
        "1,5s",
        "٣s",
        "5ms\n",
      ],
      [
        "9223372036854775808ns",
        "-9223372036854775809ns",
        "9223372036855",
        "2562048h",
        "1h9223372036854775807ns",
        "9".repeat(100_000),
      ],
    ].flat(),
  )("refuses %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test("takes long texts in a moment", () => {
    expect(parseDuration("0s".repeat(100_000))).toBe(0n);
    expect(parseDuration(`0.${"1".repeat(1_000_000)}s`)).toBe(111_111_111n);
    expect(parseDuration(`${"1".repeat(1_000_000)}x`)).toBeUndefined();
  });
});

describe("formatDuration", () => {
  test.each<[bigint, string]>([
    [0n, "0s"],
    [7n, "7ns"],
    [15_000n, "15µs"],
    [1_500n, "1.5µs"],
    [1_234_567n, "1.234567ms"],
    [250_000_000n, "250ms"],
    [-250_000_000n, "-250ms"],
    [1_500_000_000n, "1.5s"],
    [90n * SECOND, "1m30s"],
    [120n * SECOND, "2m0s"],
    [3_600n * SECOND, "1h0m0s"],
    [3_723n * SECOND + SECOND / 2n, "1h2m3.5s"],
    [MAX, "2562047h47m16.854775807s"],
    [-MAX - 1n, "-2562047h47m16.854775808s"],
  ])("writes %d ns as %s", (nanoseconds, text) => {
    expect(formatDuration(nanoseconds)).toBe(text);
  });

  test("is read back as the same duration", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -MAX, max: MAX }), (nanoseconds) => {
        expect(parseDuration(formatDuration(nanoseconds))).toBe(nanoseconds);
      }),
    );
  });
});

test("nanosecondsToMs keeps fractions of a millisecond", () => {
  expect(nanosecondsToMs(1_500_000n)).toBe(1.5);
});
