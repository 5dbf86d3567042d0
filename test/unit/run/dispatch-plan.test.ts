import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planDispatch, type DispatchPlan, type PlanDispatchParams } from "../../../src/core/run/dispatch-plan.ts";
import { orderNodes } from "../../../src/core/run/order-nodes.ts";
import type { WorkflowNode } from "../../../src/core/workflow/workflow.ts";

const STATEFUL = "stateful";
const READER = "reader";

const node = fc.record({
  id: fc.string({ minLength: 1 }),
  type: fc.constantFrom("plain", STATEFUL, READER),
  pool: fc.option(fc.constantFrom("default", "gpu", "constructor", "__proto__"), { nil: undefined }),
  timeMs: fc.option(fc.constantFrom(0, 0.01, 1, 2, 3, 50), { nil: null }),
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
    nodes: nodes.map(({ id, type, pool, timeMs }): WorkflowNode => {
      const data = timeMs === null ? {} : { timeMs };
      return { id, type, data, options: pool === undefined ? {} : { pool } };
    }),
    options: { ...(maxConcurrency === undefined ? {} : { maxConcurrency }), ...(sequential === undefined ? {} : { sequential }) },
    maxLanesPerLevel,
    isStateful: ({ type }: WorkflowNode) => type === STATEFUL,
    readsContext: ({ type }: WorkflowNode) => type === READER,
    timeOf: ({ data }: WorkflowNode) => data["timeMs"] as number | undefined,
    remainingOf: ({ id }: WorkflowNode) => id.length,
  }));

const poolOf = ({ options }: WorkflowNode): string => options.pool ?? "default";

describe("planDispatch", () => {
  test("puts every node into one list: ordered ones in the given order, those of a pool in the order in which they are to start", () => {
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
        for (const [pool, list] of free) {
          const own = rest.filter((each) => poolOf(each) === pool);
          expect(list).toEqual(orderNodes(own, given).map(({ id }) => id));
        }
      }),
    );
  });

  const limitOf = ({ options }: PlanDispatchParams): number => options.maxConcurrency || Infinity;
  /** What a pool can do at a time: its free nodes, and one of the ordered group. */
  const unitsOf = ({ free, ordered }: DispatchPlan, pool: string): number =>
    (free.get(pool)?.length ?? 0) + (ordered.some((entry) => entry.pool === pool) ? 1 : 0);

  test("gives each pool with nodes lanes, never more than it has units of work or the limits allow, and no other", () => {
    fc.assert(
      fc.property(params, (given) => {
        const plan = planDispatch(given);
        expect(Object.keys(plan.lanes).sort()).toEqual([...new Set(given.nodes.map(poolOf))].sort());
        for (const [pool, count] of Object.entries(plan.lanes)) {
          expect(count).toBeGreaterThanOrEqual(1);
          expect(count).toBeLessThanOrEqual(Math.min(unitsOf(plan, pool), given.maxLanesPerLevel, limitOf(given)));
        }
      }),
    );
  });

  test("gives every node that takes long, or that nobody knows, a lane of its own, as far as the limits allow", () => {
    fc.assert(
      fc.property(params, (given) => {
        const isLong = (each: WorkflowNode): boolean => (given.timeOf(each) ?? Infinity) > 2;
        const plan = planDispatch(given);
        const isOrdered = new Set(plan.ordered.map(({ nodeId }) => nodeId));
        for (const [pool, count] of Object.entries(plan.lanes)) {
          const long = given.nodes.filter((each) => poolOf(each) === pool && isLong(each) && !isOrdered.has(each.id));
          expect(count).toBeGreaterThanOrEqual(Math.min(long.length, given.maxLanesPerLevel, limitOf(given)));
        }
      }),
    );
  });

  test("has lanes work on so many nodes that a pool's are all under way, within maxConcurrency", () => {
    fc.assert(
      fc.property(params, (given) => {
        const plan = planDispatch(given);
        expect(plan.strands).toBeGreaterThanOrEqual(1);
        expect(plan.strands).toBeLessThanOrEqual(64);
        for (const [pool, count] of Object.entries(plan.lanes)) {
          const limit = limitOf(given);
          const places = Math.min(unitsOf(plan, pool), limit === Infinity ? Infinity : limit - (limit % count));
          expect(plan.strands * count).toBeGreaterThanOrEqual(Math.min(places, 64 * count));
        }
      }),
    );
  });

  test("has one lane do what quick handlers take no longer for than the lanes would cost", () => {
    const nodes = Array.from({ length: 500 }, (_, i) => ({ id: String(i), type: "quick", data: {}, options: {} }));
    const planOf = (timeMs: number | undefined): DispatchPlan =>
      planDispatch({
        ...{ level: 0, nodes, options: {}, maxLanesPerLevel: 250 },
        isStateful: () => false,
        readsContext: () => false,
        timeOf: () => timeMs,
        remainingOf: () => 0,
      });
    expect(planOf(0.02)).toMatchObject({ lanes: { default: 1 }, strands: 64 });
    expect(planOf(1)).toMatchObject({ lanes: { default: 20 }, strands: 25 });
    expect(planOf(undefined)).toMatchObject({ lanes: { default: 250 }, strands: 2 });
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
