import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPathTimes } from "../../../src/core/run/critical-path.ts";
import { scheduleByDependency, scheduleLevel, type Schedule } from "../../../src/core/run/list-schedule.ts";
import { pathGraphOf, type PathGraph } from "../../../src/core/workflow/path-graph.ts";

interface Drawn {
  readonly graph: PathGraph;
  readonly timesMs: Float64Array;
  readonly slots: number;
  readonly schedule: Schedule;
}

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    times: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 }),
    pairs: fc.array(fc.tuple(fc.nat({ max: 19 }), fc.nat({ max: 19 })), { maxLength: 40 }),
    slots: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ times, pairs, slots }) => {
    const sources = new Map<string, string[]>(times.map((_, i) => [String(i), []]));
    for (const [a, b] of pairs) if (a < b) sources.get(String(b))?.push(String(a));
    // Each node in a level of its own keeps the numbers as drawn; what counts here are the edges.
    const graph = pathGraphOf({ levels: times.map((_, i) => [String(i)]), sources });
    const timesMs = Float64Array.from(times);
    const rank = findPathTimes(graph, timesMs).remaining;
    return { graph, timesMs, slots, schedule: scheduleByDependency({ graph, timesMs, rank, slots }) };
  });

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** The same by going from one millisecond to the next. */
function playByClock({ graph, timesMs, slots }: Drawn): number {
  const { remaining } = findPathTimes(graph, timesMs);
  const ends = new Map<number, number>();
  const sourcesOf = (node: number): number[] => [...graph.sources.subarray(graph.starts[node], graph.starts[node + 1])];
  for (let now = 0; ; now += 1) {
    for (let hasBegun = true; hasBegun;) {
      const isOver = (node: number): boolean => (ends.get(node) ?? Infinity) <= now;
      const ready = graph.ids.map((_, i) => i).filter((node) => !ends.has(node) && sourcesOf(node).every(isOver));
      const isFree = [...ends.keys()].filter((node) => !isOver(node)).length < slots;
      const next = ready.sort((a, b) => remaining[b]! - remaining[a]! || a - b)[0];
      hasBegun = isFree && next !== undefined;
      if (hasBegun) ends.set(next!, now + timesMs[next!]!);
    }
    if (ends.size === graph.ids.length) return Math.max(...ends.values());
  }
}

describe("scheduleByDependency", () => {
  test("ends when a run by the clock does", () => {
    fc.assert(
      fc.property(
        // Nodes that take no time free their slot within the millisecond, in an order that a clock does not tell.
        drawn.filter(({ timesMs }) => timesMs.every((time) => time > 0)),
        (given) => {
          expect(given.schedule.totalMs).toBe(playByClock(given));
        },
      ),
    );
  });

  test("never ends before the longest path or the shared work, nor later than both together", () => {
    fc.assert(
      fc.property(drawn, ({ graph, timesMs, slots, schedule: { totalMs } }) => {
        const [path, share] = [findPathTimes(graph, timesMs).totalMs, sum(timesMs) / slots];
        expect(totalMs).toBeGreaterThanOrEqual(Math.max(path, share));
        expect(totalMs).toBeLessThanOrEqual(share + (1 - 1 / slots) * path + 1e-9);
        if (slots >= timesMs.length) expect(totalMs).toBe(path);
      }),
    );
  });

  test("names a chain of nodes that fills the time", () => {
    fc.assert(
      fc.property(drawn, ({ timesMs, schedule: { totalMs, chain } }) => {
        expect(new Set(chain).size).toBe(chain.length);
        expect(sum(chain.map((node) => timesMs[node]!))).toBe(totalMs);
      }),
    );
  });

  test("takes no time for no nodes", () => {
    const graph = pathGraphOf({ levels: [], sources: new Map() });
    const none = new Float64Array();
    expect(scheduleByDependency({ graph, timesMs: none, rank: none, slots: 1 })).toEqual({ totalMs: 0, chain: [] });
  });
});

describe("scheduleLevel", () => {
  test("takes what the nodes take in dependency order when nothing depends on anything", () => {
    const level = fc.record({
      times: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }),
      slots: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(level, ({ times, slots }) => {
        const timesMs = Float64Array.from(times);
        const graph = pathGraphOf({ levels: [times.map((_, i) => String(i))], sources: new Map() });
        expect(scheduleLevel(timesMs, slots)).toBe(scheduleByDependency({ graph, timesMs, rank: timesMs, slots }).totalMs);
      }),
    );
  });
});
