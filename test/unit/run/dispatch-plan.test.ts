import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planDispatch, type PlanDispatchParams } from "../../../src/core/run/dispatch-plan.ts";
import type { WorkflowNode } from "../../../src/core/workflow/workflow.ts";

const STATEFUL = "stateful";
const READER = "reader";

const node = fc.record({
  id: fc.string({ minLength: 1 }),
  type: fc.constantFrom("plain", STATEFUL, READER),
  pool: fc.option(fc.constantFrom("default", "gpu", "constructor", "__proto__"), { nil: undefined }),
});
const params: fc.Arbitrary<PlanDispatchParams> = fc
  .record({
    nodes: fc.uniqueArray(node, { selector: ({ id }) => id, maxLength: 40 }),
    maxLanesPerLevel: fc.integer({ min: 1, max: 30 }),
    maxConcurrency: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
    sequential: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map(({ nodes, maxLanesPerLevel, maxConcurrency, sequential }) => ({
    level: 3,
    nodes: nodes.map(({ id, type, pool }): WorkflowNode => ({ id, type, data: {}, options: pool === undefined ? {} : { pool } })),
    options: { ...(maxConcurrency === undefined ? {} : { maxConcurrency }), ...(sequential === undefined ? {} : { sequential }) },
    maxLanesPerLevel,
    isStateful: ({ type }: WorkflowNode) => type === STATEFUL,
    readsContext: ({ type }: WorkflowNode) => type === READER,
  }));

const poolOf = ({ options }: WorkflowNode): string => options.pool ?? "default";

describe("planDispatch", () => {
  test("puts every node into one list, that of its pool, in the given order", () => {
    fc.assert(
      fc.property(params, (given) => {
        const { free, ordered, level } = planDispatch(given);
        expect(level).toBe(3);
        const isOrdered = new Set(ordered.map(({ nodeId }) => nodeId));
        expect(ordered).toEqual(
          given.nodes.filter(({ id }) => isOrdered.has(id)).map((each) => ({ nodeId: each.id, pool: poolOf(each) })),
        );
        const rest = given.nodes.filter(({ id }) => !isOrdered.has(id));
        expect([...free.values()].flat().length).toBe(rest.length);
        for (const [pool, list] of free) expect(list).toEqual(rest.filter((each) => poolOf(each) === pool).map(({ id }) => id));
      }),
    );
  });

  test("gives each pool with nodes lanes, never more than it has units of work or the limits allow, and no other", () => {
    fc.assert(
      fc.property(params, (given) => {
        const { free, ordered, lanes } = planDispatch(given);
        expect(Object.keys(lanes).sort()).toEqual([...new Set(given.nodes.map(poolOf))].sort());
        for (const [pool, count] of Object.entries(lanes)) {
          const units = (free.get(pool)?.length ?? 0) + (ordered.some((entry) => entry.pool === pool) ? 1 : 0);
          expect(count).toBe(Math.min(units, given.maxLanesPerLevel, given.options.maxConcurrency || Infinity));
        }
      }),
    );
  });

  test("orders every node that touches shared state, and readers beside them; the rest is free", () => {
    fc.assert(
      fc.property(params, (given) => {
        const ordered = new Set(planDispatch(given).ordered.map(({ nodeId }) => nodeId));
        const hasStateful = given.nodes.some(given.isStateful);
        const isAlone = given.options.sequential === true || given.nodes.length === 1;
        for (const each of given.nodes) {
          const wanted = isAlone || given.isStateful(each) || (hasStateful && given.readsContext(each));
          expect(ordered.has(each.id)).toBe(wanted);
        }
      }),
    );
  });
});
