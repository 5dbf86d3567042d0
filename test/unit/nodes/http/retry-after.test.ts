import { describe, expect, test } from "vitest";
import { parseRetryAfter } from "../../../../src/nodes/http/retry-after.ts";

const NOW_MS = Date.parse("2024-05-01T12:00:00Z");

describe("parseRetryAfter", () => {
  test.each([
    [undefined, undefined],
    ["0", 0],
    ["120", 120_000],
    [" 5 ", 5_000],
    ["Wed, 01 May 2024 12:00:30 GMT", 30_000],
    ["Wednesday, 01-May-24 12:00:30 GMT", 30_000],
    ["Wed, 01 May 2024 11:00:00 GMT", 0],
    ["-5", undefined],
    ["1.5", undefined],
    ["2024", 2_024_000],
    ["soon", undefined],
    ["Soon", undefined],
  ])("of %j is %j ms", (header, retryAfterMs) => {
    expect(parseRetryAfter(header, NOW_MS)).toBe(retryAfterMs);
  });
});
