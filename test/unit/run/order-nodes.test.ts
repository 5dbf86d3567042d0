import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { orderNodes, remainingIn } from "../../../src/core/run/order-nodes.ts";
import { planOf } from "../../../src/core/workflow/workflow-plan.ts";
import type { Workflow, WorkflowNode } from "../../../src/core/workflow/workflow.ts";

interface Timed {
  readonly timeMs: number | undefined;
  readonly remainingMs: number;
}

const timed: fc.Arbitrary<readonly Timed[]> = fc.array(
  fc.record({
    timeMs: fc.option(fc.constantFrom(0, 1, 2, 3, 50, 200), { nil: undefined }),
    remainingMs: fc.constantFrom(0, 10, 500),
  }),
  { maxLength: 30 },
);

function order(given: readonly Timed[]): number[] {
  const nodes = given.map((_, i): WorkflowNode => ({ id: String(i), type: "plain", data: {}, options: {} }));
  const of = ({ id }: WorkflowNode): Timed | undefined => given[Number(id)];
  const ordered = orderNodes(nodes, {
    timeOf: (node) => of(node)?.timeMs,
    remainingOf: (node) => of(node)?.remainingMs ?? Number.NaN,
  });
  return ordered.map(({ id }) => Number(id));
}

describe("orderNodes", () => {
  test("starts unknown nodes first, then slow ones by their time, then by the path behind them; quick ones and equals as given", () => {
    fc.assert(
      fc.property(timed, (given) => {
        const ordered = order(given);
        expect([...ordered].sort((a, b) => a - b)).toEqual(given.map((_, i) => i));
        const rankOf = (i: number): [number, number] => {
          const { timeMs = Infinity, remainingMs } = given[i] as Timed;
          return timeMs <= 2 ? [0, 0] : [timeMs, remainingMs];
        };
        for (const [place, later] of ordered.entries()) {
          if (place === 0) continue;
          const sooner = ordered[place - 1] as number;
          const [[a, pathA], [b, pathB]] = [rankOf(sooner), rankOf(later)];
          expect(a > b || (a === b && (pathA > pathB || (pathA === pathB && sooner < later)))).toBe(true);
        }
      }),
    );
  });

  test("does not look the paths up of more equally slow nodes than it is worth", () => {
    const given = Array.from({ length: 10_001 }, (_, i) => ({ timeMs: 50, remainingMs: i }));
    expect(order(given)).toEqual(given.map((_, i) => i));
    expect(order(given.slice(1))).toEqual(given.slice(1).map((_, i) => 9_999 - i));
  });

  test("ends a level within 4/3 of the least time that any assignment to its slots takes", () => {
    const levels = fc.record({
      times: fc.array(fc.integer({ min: 3, max: 60 }), { minLength: 1, maxLength: 7 }),
      slots: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(levels, ({ times, slots }) => {
        const ordered = order(times.map((timeMs) => ({ timeMs, remainingMs: 0 })));
        const loads = Array.from({ length: slots }, () => 0);
        for (const i of ordered) loads[loads.indexOf(Math.min(...loads))]! += times[i]!;
        expect(Math.max(...loads)).toBeLessThanOrEqual((4 / 3 - 1 / (3 * slots)) * leastTime(times, slots) + 1e-9);
      }),
    );
  });
});

/** By trying every assignment. */
function leastTime(times: readonly number[], slots: number): number {
  let least = Infinity;
  for (let code = 0; code < slots ** times.length; code += 1) {
    const loads = Array.from({ length: slots }, () => 0);
    times.forEach((time, i) => (loads[Math.floor(code / slots ** i) % slots]! += time));
    least = Math.min(least, Math.max(...loads));
  }
  return least;
}

describe("remainingIn", () => {
  const workflow: Workflow = {
    nodes: ["start", "slow", "quick", "end"].map((id) => ({ id, type: id, data: {}, options: {} })),
    edges: [
      { source: "start", target: "slow" },
      { source: "start", target: "quick" },
      { source: "slow", target: "end" },
    ],
    options: {},
  };
  const remaining = (times: ReadonlyMap<string, number>): number[] => workflow.nodes.map(remainingIn(planOf(workflow), times));

  test("weighs the path behind a node by the times of its types, and a type that nobody has run as a second", () => {
    expect(remaining(new Map([["start", 1], ["slow", 300], ["quick", 5], ["end", 10]]))).toEqual([311, 310, 5, 10]); // prettier-ignore
    expect(remaining(new Map([["quick", 5]]))).toEqual([3_000, 2_000, 5, 1_000]);
  });

  test("takes no path for longer than another while nothing is known", () => {
    expect(remaining(new Map())).toEqual([0, 0, 0, 0]);
  });
});
