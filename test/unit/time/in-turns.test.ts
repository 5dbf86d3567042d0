import { describe, expect, test } from "vitest";
import { atOnce, inSlices, inTurns, type Steps } from "../../../src/core/time/in-turns.ts";

/** Counts up to so much, with a step after each. */
function* countTo(count: number, seen: (value: number) => void = () => undefined): Steps<number> {
  for (let value = 1; value < count; value += 1) {
    seen(value);
    yield;
  }
  return count;
}

describe("inTurns", () => {
  test("answers what takes one step without a promise", () => {
    expect(inTurns(countTo(1))).toBe(1);
  });

  test("throws at once what the first step throws", () => {
    expect(() => inTurns(failAfter(0))).toThrow("after 0");
  });

  test("rejects with what a later step throws", async () => {
    await expect(inTurns(failAfter(3))).rejects.toThrow("after 3");
  });

  test("lets the event loop turn between steps", async () => {
    let isOver = false;
    let hasTurned = false;
    // A step that lasts as long as a turn may.
    const steps = inTurns(countTo(20, () => spin(6)));
    setTimeout(() => (hasTurned = !isOver), 0);
    expect(await steps).toBe(20);
    isOver = true;
    expect(hasTurned).toBe(true);
  });

  test("gives each of several computations its turn", async () => {
    const order: string[] = [];
    const seen = (name: string) => () => {
      order.push(name);
      spin(6);
    };
    await Promise.all([inTurns(countTo(4, seen("a"))), inTurns(countTo(4, seen("b")))]);
    expect(order.join("")).toBe("ababab");
  });
});

describe("atOnce", () => {
  test("does all steps", () => {
    const seen: number[] = [];
    expect(atOnce(countTo(4, (value) => seen.push(value)))).toBe(4);
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe("inSlices", () => {
  test.each([
    [0, []],
    [3, [[0, 3]]],
    [7, [[0, 3], [3, 6], [6, 7]]], // prettier-ignore
  ])("does %i items in slices of 3", (count, expected) => {
    const slices: number[][] = [];
    const steps = inSlices(count, 3, (start, end) => slices.push([start, end]));
    let stepCount = 0;
    while (steps.next().done !== true) stepCount += 1;
    expect(slices).toEqual(expected);
    expect(stepCount).toBe(Math.max(0, expected.length - 1));
  });
});

function* failAfter(count: number): Steps<never> {
  yield* inSlices(count + 1, 1, () => undefined);
  throw new Error(`after ${String(count)}`);
}

function spin(ms: number): void {
  const endsAt = performance.now() + ms;
  while (performance.now() < endsAt);
}
