import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidWorkflowError } from "../../../src/core/errors/levelflow-error.ts";
import { compareIds } from "../../../src/core/text/compare-bytes.ts";
import { findCycle } from "../../../src/core/workflow/find-cycle.ts";
import { atOnce } from "../../../src/core/time/in-turns.ts";
import { buildGraph, type Graph } from "../../../src/core/workflow/graph.ts";
import { planLevels } from "../../../src/core/workflow/plan-levels.ts";
import type { Workflow, WorkflowEdge, WorkflowNode } from "../../../src/core/workflow/workflow.ts";

const nodeOf = (id: string): WorkflowNode => ({ id, type: "join", data: {}, options: {} });

function workflowOf(ids: readonly string[], edges: readonly WorkflowEdge[]): Workflow {
  return { nodes: ids.map(nodeOf), edges, options: {} };
}

/** Any graph over up to 12 ids, with double edges, self-edges and cycles. */
const graphs = fc
  .uniqueArray(fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .chain((ids) =>
    fc
      .array(fc.record({ source: fc.constantFrom(...ids), target: fc.constantFrom(...ids) }), { maxLength: 30 })
      .map((edges) => ({ ids, edges })),
  );

/** The same without cycles: edges lead from earlier ids to later ones. */
const acyclic = graphs.map(({ ids, edges }) => ({
  ids,
  edges: edges
    .filter(({ source, target }) => source !== target)
    .map(({ source, target }) =>
      ids.indexOf(source) < ids.indexOf(target) ? { source, target } : { source: target, target: source },
    ),
}));

describe("planLevels", () => {
  test("gives each node one level more than the highest among its sources", () => {
    fc.assert(
      fc.property(acyclic, ({ ids, edges }) => {
        const levels = planLevels(workflowOf(ids, edges));
        const levelOf = new Map(levels.flatMap((level, index) => level.map((id) => [id, index] as const)));
        expect([...levelOf.keys()].sort()).toEqual([...ids].sort());
        for (const id of ids) {
          const sources = edges.filter(({ target }) => target === id).map(({ source }) => levelOf.get(source) ?? Number.NaN);
          expect(levelOf.get(id)).toBe(sources.length === 0 ? 0 : Math.max(...sources) + 1);
        }
        for (const level of levels) expect(level).toEqual([...level].sort(compareIds));
      }),
    );
  });

  test("does not depend on the order of nodes and edges", () => {
    const shuffled = acyclic.chain(({ ids, edges }) =>
      fc.tuple(
        fc.constant({ ids, edges }),
        fc.shuffledSubarray(ids, { minLength: ids.length }),
        fc.shuffledSubarray(edges, { minLength: edges.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([{ ids, edges }, otherIds, otherEdges]) => {
        expect(planLevels(workflowOf(otherIds, otherEdges))).toEqual(planLevels(workflowOf(ids, edges)));
      }),
    );
  });

  test("sorts a level by UTF-8 bytes", () => {
    expect(planLevels(workflowOf(["😀", "～", "é", "a", "_", "B", "2", "10"], []))).toEqual([
      ["10", "2", "B", "_", "a", "é", "～", "😀"],
    ]);
  });

  test("has no levels for no nodes, and refuses a cycle", () => {
    expect(planLevels(workflowOf([], []))).toEqual([]);
    expect(() => planLevels(workflowOf(["a"], [{ source: "a", target: "a" }]))).toThrow(InvalidWorkflowError);
  });
});

describe("findCycle", () => {
  test("finds a cycle that is one, or none where an order exists", () => {
    fc.assert(
      fc.property(graphs, ({ ids, edges }) => {
        const cycle = findCycle(graphOf(ids.map(nodeOf), edges));
        if (cycle === undefined) {
          expect(planLevels(workflowOf(ids, edges)).flat()).toHaveLength(ids.length);
          return;
        }
        expect(new Set(cycle).size).toBe(cycle.length);
        for (const [index, source] of cycle.entries()) {
          expect(edges).toContainEqual({ source, target: cycle[(index + 1) % cycle.length] });
        }
        expect([...cycle].sort(compareIds)[0]).toBe(cycle[0]);
      }),
    );
  });

  test("finds none in a graph without cycles", () => {
    fc.assert(
      fc.property(acyclic, ({ ids, edges }) => {
        expect(findCycle(graphOf(ids.map(nodeOf), edges))).toBeUndefined();
      }),
    );
  });

  test("names the same cycle for any order of nodes and edges", () => {
    fc.assert(
      fc.property(graphs, ({ ids, edges }) => {
        const forwards = findCycle(graphOf(ids.map(nodeOf), edges));
        const backwards = findCycle(graphOf([...ids].reverse().map(nodeOf), [...edges].reverse()));
        expect(backwards).toEqual(forwards);
      }),
    );
  });

  test("looks at cycles only, not at what lies behind them", () => {
    const edges = [
      { source: "c", target: "b" },
      { source: "b", target: "c" },
      { source: "c", target: "a" },
    ];
    expect(findCycle(graphOf(["a", "b", "c"].map(nodeOf), edges))).toEqual(["b", "c"]);
  });
});

function graphOf(...args: Parameters<typeof buildGraph>): Graph {
  return atOnce(buildGraph(...args));
}
