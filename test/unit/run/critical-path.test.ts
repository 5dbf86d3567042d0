import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPathTimes, slackOf } from "../../../src/core/run/critical-path.ts";
import { pathGraphOf } from "../../../src/core/workflow/path-graph.ts";
import { planOf } from "../../../src/core/workflow/workflow-plan.ts";
import type { Workflow, WorkflowEdge } from "../../../src/core/workflow/workflow.ts";

interface Drawn {
  readonly workflow: Workflow;
  readonly timeOf: (id: string) => number;
}

/** Small enough that every path can be walked: edges lead from an earlier to a later node, now and then twice. */
const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    times: fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 9 }),
    pairs: fc.array(fc.tuple(fc.nat({ max: 8 }), fc.nat({ max: 8 })), { maxLength: 20 }),
  })
  .map(({ times, pairs }) => {
    // Ids do not sort as the edges lead.
    const idOf = (i: number): string => `n${String((i * 7) % 11)}`;
    const edges: WorkflowEdge[] = pairs
      .filter(([a, b]) => a < b && b < times.length)
      .map(([a, b]) => ({ source: idOf(a), target: idOf(b) }));
    const nodes = times.map((_, i) => ({ id: idOf(i), type: "plain", data: {}, options: {} }));
    const timeById = new Map(times.map((time, i) => [idOf(i), time]));
    return { workflow: { nodes, edges, options: {} }, timeOf: (id) => timeById.get(id) ?? Number.NaN };
  });

/** The longest of all paths that begin at a node (or, along reversed edges, end there), with it. */
function walk({ workflow, timeOf }: Drawn, id: string, from: "source" | "target"): number {
  const to = from === "source" ? "target" : "source";
  const ways = workflow.edges.filter((edge) => edge[from] === id).map((edge) => walk({ workflow, timeOf }, edge[to], from));
  return timeOf(id) + Math.max(0, ...ways);
}

function pathsOf({ workflow, timeOf }: Drawn): {
  readonly ids: readonly string[];
  readonly paths: ReturnType<typeof findPathTimes>;
} {
  const graph = pathGraphOf(planOf(workflow));
  return { ids: graph.ids, paths: findPathTimes(graph, Float64Array.from(graph.ids, timeOf)) };
}

describe("findPathTimes", () => {
  test("finds the longest path to and from every node, as walking all of them does", () => {
    fc.assert(
      fc.property(drawn, (given) => {
        const { ids, paths } = pathsOf(given);
        expect(new Set(ids)).toEqual(new Set(given.workflow.nodes.map(({ id }) => id)));
        ids.forEach((id, number) => {
          expect(paths.remaining[number]).toBe(walk(given, id, "source"));
          expect(paths.earliest[number]).toBe(walk(given, id, "target") - given.timeOf(id));
        });
        expect(paths.totalMs).toBe(Math.max(...ids.map((id) => walk(given, id, "source"))));
      }),
    );
  });

  test("has nothing to say of a workflow without nodes", () => {
    const { ids, paths } = pathsOf({ workflow: { nodes: [], edges: [], options: {} }, timeOf: () => 1 });
    expect(ids).toEqual([]);
    expect(paths.totalMs).toBe(0);
  });
});

describe("slackOf", () => {
  test("is by how much a node may grow before the longest path does", () => {
    fc.assert(
      fc.property(drawn, fc.nat({ max: 8 }), fc.integer({ min: 0, max: 3_000 }), (given, pick, growth) => {
        const { ids, paths } = pathsOf(given);
        const number = pick % ids.length;
        const grown = pathsOf({ ...given, timeOf: (id) => given.timeOf(id) + (id === ids[number] ? growth : 0) });
        expect(grown.paths.totalMs).toBe(paths.totalMs + Math.max(0, growth - slackOf(paths, number)));
      }),
    );
  });
});
