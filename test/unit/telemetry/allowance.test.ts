import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Allowance } from "../../../src/telemetry/allowance.ts";

describe("Allowance", () => {
  test("lets a burst through, and then as many as time brings", () => {
    let now = 0;
    const allowance = new Allowance(20, () => now);
    const takeAll = (): number => {
      let count = 0;
      while (allowance.take()) count += 1;
      return count;
    };
    expect(takeAll()).toBe(20);
    now += 100;
    expect(takeAll()).toBe(2);
    now += 60_000;
    expect(takeAll()).toBe(20);
  });

  test("never lets more through than its rate and one burst", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
        (perSecond, waits) => {
          let [now, taken] = [0, 0];
          const allowance = new Allowance(perSecond, () => now);
          for (const ms of waits) {
            now += ms;
            if (allowance.take()) taken += 1;
          }
          expect(taken).toBeLessThanOrEqual(perSecond + (now / 1_000) * perSecond);
        },
      ),
    );
  });
});
