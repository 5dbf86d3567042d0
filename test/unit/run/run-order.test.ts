import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobPriority } from "../../../src/core/run/run-order.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";
import { planOf } from "../../../src/core/workflow/workflow-plan.ts";

/** A chain of nodes of these types. */
function chainOf(types: readonly string[]) {
  const nodes = types.map((type, i) => ({ id: `n${String(i)}`, type, data: {} }));
  const edges = nodes.slice(1).map(({ id }, i) => ({ source: `n${String(i)}`, target: id }));
  return planOf(parseWorkflow({ nodes, edges }));
}

const priorityOf = (types: readonly string[], times: ReadonlyMap<string, number>, level = 0): number =>
  jobPriority({ plan: chainOf(types), level, priority: undefined }, times) ?? Number.NaN;

describe("jobPriority", () => {
  const times = new Map([
    ["quick", 1],
    ["slow", 200],
  ]);

  test("is the user's where runs go first come first served", () => {
    const plan = chainOf(["slow"]);
    expect(jobPriority({ plan, level: 0, priority: 7 }, undefined)).toBe(7);
    expect(jobPriority({ plan, level: 0, priority: undefined }, undefined)).toBeUndefined();
  });

  test("puts the longer path first, whatever it is made of", () => {
    expect(priorityOf(["slow", "slow"], times)).toBeLessThan(priorityOf(["slow"], times));
    expect(priorityOf(["slow"], times)).toBeLessThan(priorityOf(["quick", "quick", "quick"], times));
  });

  test("takes what nobody has run for a second", () => {
    expect(priorityOf(["unknown"], times)).toBe(priorityOf(["second"], new Map([["second", 1_000]])));
  });

  test("falls behind as the run goes on, and follows what becomes known", () => {
    const types = ["slow", "slow", "slow"];
    expect([0, 1, 2].map((level) => priorityOf(types, times, level))).toEqual(
      [0, 1, 2].map((level) => priorityOf(types, times, level)).toSorted((a, b) => a - b),
    );
    expect(priorityOf(types, new Map([["slow", 1]]))).toBeGreaterThan(priorityOf(types, times));
  });

  test("never goes behind a level that has a priority of its own, which stay in their order", () => {
    const time = fc.double({ min: 0, max: 1e12, noNaN: true });
    const priority = fc.integer({ min: 1, max: 2_097_151 });
    fc.assert(
      fc.property(time, time, priority, priority, (shortMs, longMs, one, other) => {
        const known = new Map([
          ["short", Math.min(shortMs, longMs)],
          ["long", Math.max(shortMs, longMs)],
        ]);
        const [short, long] = [priorityOf(["short"], known), priorityOf(["long"], known)];
        const [first, second] = [one, other].map((own) =>
          jobPriority({ plan: chainOf(["long"]), level: 0, priority: own }, known),
        );
        expect(long).toBeGreaterThanOrEqual(1);
        expect(long).toBeLessThanOrEqual(short);
        expect(short).toBeLessThan(Math.min(first!, second!));
        expect(Math.max(first!, second!)).toBeLessThanOrEqual(2_097_151);
        if (one < other) expect(first).toBeLessThanOrEqual(second!);
      }),
    );
  });
});
