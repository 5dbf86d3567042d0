import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { backoffDelayMs } from "../../../src/core/run/backoff-delay.ts";
import { decideRetry } from "../../../src/core/run/decide-retry.ts";
import type { Backoff } from "../../../src/core/workflow/workflow.ts";

const ms = fc.integer({ min: 0, max: 10_000_000 });
const backoff = fc.record<Backoff>({
  type: fc.constantFrom("fixed", "exponential"),
  delayMs: ms,
  maxDelayMs: ms,
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});
const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempt = fc.integer({ min: 1, max: 5_000 });

describe("backoffDelayMs", () => {
  test("is a whole number of ms, at most maxDelayMs and at least what jitter leaves", () => {
    fc.assert(
      fc.property(backoff, attempt, draw, (given, failed, drawn) => {
        const delay = backoffDelayMs({ backoff: given, attempt: failed, retryAfterMs: undefined, random: () => drawn });
        expect(Number.isSafeInteger(delay)).toBe(true);
        expect(delay).toBeLessThanOrEqual(given.maxDelayMs);
        const factor = given.type === "fixed" ? 1 : 2 ** Math.min(failed - 1, 1_023);
        const full = Math.min(given.delayMs * factor, given.maxDelayMs);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(full * (1 - given.jitter)));
      }),
    );
  });

  test("never falls below what the handler asked for", () => {
    fc.assert(
      fc.property(backoff, attempt, ms, draw, (given, failed, retryAfterMs, drawn) => {
        expect(backoffDelayMs({ backoff: given, attempt: failed, retryAfterMs, random: () => drawn })).toBeGreaterThanOrEqual(
          retryAfterMs,
        );
      }),
    );
  });

  test("doubles up to its bound, or stays the same", () => {
    const delays = (type: Backoff["type"]): number[] =>
      [1, 2, 3, 4, 5].map((failed) =>
        backoffDelayMs({
          backoff: { type, delayMs: 100, maxDelayMs: 1_000, jitter: 0 },
          attempt: failed,
          retryAfterMs: undefined,
          random: () => 0,
        }),
      );
    expect(delays("exponential")).toEqual([100, 200, 400, 800, 1_000]);
    expect(delays("fixed")).toEqual([100, 100, 100, 100, 100]);
  });

  test("has the documented defaults", () => {
    const none = { backoff: undefined, retryAfterMs: undefined };
    expect(backoffDelayMs({ ...none, attempt: 1, random: () => 0 })).toBe(DEFAULTS.backoffDelayMs);
    expect(backoffDelayMs({ ...none, attempt: 1_000, random: () => 0 })).toBe(DEFAULTS.backoffMaxDelayMs);
    expect(backoffDelayMs({ ...none, attempt: 1, random: () => 0.5 })).toBe(
      DEFAULTS.backoffDelayMs * (1 - DEFAULTS.backoffJitter / 2),
    );
  });
});

describe("decideRetry", () => {
  test("grants a retry exactly while an attempt is left", () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
        fc.integer({ min: 1, max: 25 }),
        (attempts, failed) => {
          const options = attempts === undefined ? {} : { attempts };
          const isLeft = failed < (attempts ?? DEFAULTS.attempts);
          expect(decideRetry({ options, attempt: failed, random: () => 0 }) !== undefined).toBe(isLeft);
        },
      ),
    );
  });

  test("waits as the node's backoff says, at least what the handler asked for", () => {
    const options = { attempts: 5, backoff: { type: "fixed", delayMs: 7, maxDelayMs: 100, jitter: 0 } as const };
    expect(decideRetry({ options, attempt: 1, random: () => 0 })).toBe(7);
    expect(decideRetry({ options, attempt: 1, retryAfterMs: 30, random: () => 0 })).toBe(30);
  });
});
