import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { profileRun, type ProfileRunParams } from "../../../src/core/run/profile-run.ts";
import { planOf } from "../../../src/core/workflow/workflow-plan.ts";

interface Sketch {
  /** Each level's nodes: how long after the level's begin they begin, and how long they take. */
  readonly levels: readonly (readonly { readonly waitMs: number; readonly timeMs: number }[])[];
  /** Edges from one level to the next, by place. */
  readonly edges?: readonly (readonly [string, string])[];
  readonly isCompleted?: boolean;
}

/** A run as stored. Node `0b` is the second of level 0; a level begins when the one before it has ended. */
function runOf({ levels, edges = [], isCompleted = true }: Sketch): ProfileRunParams {
  const idOf = (level: number, place: number): string => `${level}${String.fromCharCode(97 + place)}`;
  const nodes = new Map<string, { startedAt: number; finishedAt: number }>();
  let startedAt = 1_000;
  const timings = levels.map((own, level) => {
    const finishedAt = startedAt + Math.max(...own.map(({ waitMs, timeMs }) => waitMs + timeMs));
    own.forEach(({ waitMs, timeMs }, place) =>
      nodes.set(idOf(level, place), { startedAt: startedAt + waitMs, finishedAt: startedAt + waitMs + timeMs }),
    );
    const timing = { level, startedAt, finishedAt };
    startedAt = finishedAt;
    return timing;
  });
  const sources = new Map([...nodes.keys()].map((id) => [id, edges.filter(([, to]) => to === id).map(([from]) => from)]));
  const plan = { levels: levels.map((own, level) => own.map((_, place) => idOf(level, place))), sources };
  return { plan, nodes, timings, isCompleted };
}

const at = (waitMs: number, timeMs: number) => ({ waitMs, timeMs });

describe("profileRun", () => {
  /** Two branches, one slow in its first half and the other in its second. */
  const crossed: Sketch = {
    levels: [
      [at(10, 100), at(20, 20)],
      [at(0, 20), at(0, 100)],
    ],
    edges: [
      ["0a", "1a"],
      ["0b", "1b"],
    ],
  };

  test("tells of each level how long it waited and ran, its slots, what was idle, its slowest node and the barrier's cost", () => {
    expect(profileRun(runOf(crossed)).levels).toEqual([
      {
        ...{ level: 0, nodeCount: 2, queueWaitMs: 10, meanWaitMs: 15, runMs: 100, slots: 2, idleShare: 1 - 120 / 220 },
        ...{ slowest: { nodeId: "0a", timeMs: 100, slackMs: 0 }, barrierLossMs: 0 },
      },
      {
        ...{ level: 1, nodeCount: 2, queueWaitMs: 0, meanWaitMs: 0, runMs: 100, slots: 2, idleShare: 1 - 120 / 200 },
        ...{ slowest: { nodeId: "1b", timeMs: 100, slackMs: 0 }, barrierLossMs: 80 },
      },
    ]);
  });

  test("tells what dependency order would have saved, and which path is the longest", () => {
    const { order, slots } = profileRun(runOf(crossed));
    expect(slots).toBe(2);
    expect(order).toEqual({
      ...{ criticalPathMs: 120, criticalPath: ["0a", "1a"] },
      ...{ levelOrderMs: 200, dependencyOrderMs: 120, barrierLossMs: 80 },
    });
  });

  test("gives a node the slack that it has", () => {
    const { levels } = profileRun(
      runOf({ levels: [[at(0, 30)], [at(0, 50), at(0, 60)], [at(0, 70)]], edges: [["0a", "1a"], ["1a", "2a"]] }), // prettier-ignore
    );
    expect(levels.map(({ slowest }) => slowest)).toEqual([
      { nodeId: "0a", timeMs: 30, slackMs: 0 },
      { nodeId: "1b", timeMs: 60, slackMs: 90 },
      { nodeId: "2a", timeMs: 70, slackMs: 0 },
    ]);
  });

  test("does not reckon with more places than the run had", () => {
    // One at a time: whatever the order, the nodes take what they take together.
    const serial = runOf({ levels: [[at(0, 100), at(100, 20)], [at(0, 20), at(20, 100)]], edges: crossed.edges ?? [] }); // prettier-ignore
    expect(profileRun(serial)).toMatchObject({
      slots: 1,
      order: { levelOrderMs: 240, dependencyOrderMs: 240, criticalPathMs: 120, barrierLossMs: 0 },
    });
  });

  const sketch: fc.Arbitrary<Sketch> = fc
    .array(fc.array(fc.record({ waitMs: fc.nat({ max: 30 }), timeMs: fc.nat({ max: 60 }) }), { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 5,
    })
    .chain((levels) => {
      const pair = fc.record({ level: fc.nat({ max: levels.length - 1 }), from: fc.nat({ max: 5 }), to: fc.nat({ max: 5 }) });
      return fc.array(pair, { maxLength: 20 }).map((pairs) => {
        const letter = (place: number): string => String.fromCharCode(97 + place);
        const edges = pairs
          .filter(({ level, from, to }) => from < levels[level]!.length && to < (levels[level + 1]?.length ?? 0))
          .map(({ level, from, to }) => [`${level}${letter(from)}`, `${level + 1}${letter(to)}`] as const);
        return { levels, edges };
      });
    });

  test("has the levels' losses add up to the run's, which never is one to the run's harm", () => {
    fc.assert(
      fc.property(sketch, (drawn) => {
        const { levels, order } = profileRun(runOf(drawn));
        const lost = levels.reduce((sum, { barrierLossMs = Number.NaN }) => sum + barrierLossMs, 0);
        expect(lost).toBe(order?.barrierLossMs);
        expect(order?.barrierLossMs).toBeGreaterThanOrEqual(0);
        expect(order?.dependencyOrderMs).toBeGreaterThanOrEqual(order?.criticalPathMs ?? Infinity);
      }),
    );
  });

  test("finds the most nodes at work at a time, and no level more idle than idle or busier than busy", () => {
    fc.assert(
      fc.property(sketch, (drawn) => {
        for (const { level, slots, idleShare, meanWaitMs, queueWaitMs } of profileRun(runOf(drawn)).levels) {
          const own = drawn.levels[level]!;
          const moments = own.map(({ waitMs }) => waitMs);
          const atWork = (moment: number): number =>
            own.filter(({ waitMs, timeMs }) => waitMs <= moment && moment < waitMs + timeMs).length;
          const counted = Math.max(...moments.map(atWork));
          // Nodes that took less than a millisecond are at work at no moment, yet one of them was.
          if (own.every(({ timeMs }) => timeMs > 0)) expect(slots).toBe(counted);
          else expect(slots).toBeGreaterThanOrEqual(Math.max(1, counted));
          expect(idleShare).toBeGreaterThanOrEqual(-1e-9);
          expect(idleShare).toBeLessThanOrEqual(1);
          expect(meanWaitMs).toBeGreaterThanOrEqual(queueWaitMs);
        }
      }),
    );
  });

  test("of a run that did not complete tells nothing about other orders", () => {
    const { levels, order } = profileRun(runOf({ ...crossed, isCompleted: false }));
    expect(order).toBeUndefined();
    expect(levels).toHaveLength(2);
    expect(levels.every((level) => level.barrierLossMs === undefined && level.slowest.slackMs === undefined)).toBe(true);
  });

  test("leaves out levels that go on, and nodes whose result was kept from an earlier epoch", () => {
    const run = runOf(crossed);
    const [first, second] = run.timings;
    const nodes = new Map(run.nodes).set("0a", { startedAt: 1, finishedAt: 500 });
    const timings = [first!, { level: 1, startedAt: second!.startedAt }];
    const { levels } = profileRun({ ...run, nodes, timings, isCompleted: false });
    expect(levels).toHaveLength(1);
    expect(levels[0]).toMatchObject({ level: 0, nodeCount: 1, queueWaitMs: 20, slowest: { nodeId: "0b", timeMs: 20 } });
  });

  test("has nothing to tell of a workflow without nodes, or a run that has not begun", () => {
    const workflow = { nodes: [], edges: [], options: {} };
    const none = profileRun({ plan: planOf(workflow), nodes: new Map(), timings: [], isCompleted: true });
    expect(none).toEqual({ levels: [], slots: 0 });
  });
});
