import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidWorkflowError } from "../../../src/core/errors/levelflow-error.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";
import { planLevels } from "../../../src/core/workflow/plan-levels.ts";

function refusal(payload: unknown): InvalidWorkflowError {
  try {
    parseWorkflow(payload);
  } catch (error) {
    if (error instanceof InvalidWorkflowError) return error;
    throw error;
  }
  throw new Error("the payload was not refused");
}

/** Lists inside each other, built without recursion. */
function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level++) value = [value];
  return value;
}

describe("parseWorkflow of hostile payloads", () => {
  test("ignores unknown keys however deep they are", () => {
    const deep = nested(100_000);
    const payload = {
      deep,
      nodes: [{ id: "a", deep, data: { value: 1, deep } }],
      edges: [{ source: "a", target: "a", deep }].slice(1),
    };
    expect(parseWorkflow(payload).nodes[0]?.data).toEqual({ value: 1 });
  });

  test("refuses kept data beyond a depth", () => {
    expect(parseWorkflow({ nodes: [{ id: "a", type: "mine", data: { deep: nested(199) } }] }).nodes).toHaveLength(1);
    for (const depth of [200, 100_000]) {
      const { issues } = refusal({ nodes: [{ id: "a", type: "mine", data: { deep: nested(depth) } }] });
      expect(issues[0]?.message).toBe("expected at most 200 lists and objects inside each other");
    }
    expect(refusal({ nodes: [{ id: "a", data: { initial_value: nested(100_000) } }] }).issues[0]?.path).toMatch(
      /^nodes\[0\]\.data\.initial_value\[0\]/,
    );
  });

  test("refuses references in a circle in what is kept, and ignores them elsewhere", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    circle["twin"] = [circle];
    expect(refusal({ nodes: [{ id: "a", type: "mine", data: circle }] }).issues[0]).toMatchObject({ path: "nodes[0].data.self" });
    expect(refusal({ nodes: [{ id: "a", data: { context_value: circle } }] }).issues[0]?.message).toContain("a reference back");
    expect(parseWorkflow({ circle, nodes: [] }).nodes).toEqual([]);
  });

  test("refuses what would grow beyond the limit when it is written out", () => {
    let grown: unknown = ["x"];
    for (let level = 0; level < 60; level++) grown = [grown, grown];
    expect(refusal({ nodes: [{ id: "a", type: "mine", data: { grown } }] }).message).toContain("maxPayloadBytes");
  });

  test("turns a getter that throws into an issue", () => {
    const thrower = {
      get id(): string {
        throw new Error("boom");
      },
    };
    expect(refusal({ nodes: [thrower] }).message).toBe("failed to parse payload: reading it failed: boom");
    const proxy = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("bang");
        },
      },
    );
    expect(refusal({ nodes: [{ id: "a", data: proxy }] }).message).toContain("bang");
  });

  test("has no keys or ids that mean something to JavaScript", () => {
    const payload: unknown = JSON.parse(`{
      "__proto__": {"nodes": 5},
      "nodes": [
        {"id": "__proto__", "type": "mine", "data": {"__proto__": {"polluted": true}, "constructor": 1}},
        {"id": "constructor", "data": {"value": 1, "__proto__": {"op": 5}}},
        {"id": "toString", "data": {"initial_value": {"__proto__": [1]}, "fallback_value": 0}}
      ],
      "edges": [{"source": "__proto__", "target": "constructor"}, {"source": "constructor", "target": "toString"}]
    }`);
    const workflow = parseWorkflow(payload);
    const [mine, number, fallback] = workflow.nodes;
    expect(Object.keys(mine?.data ?? {})).toEqual(["__proto__", "constructor"]);
    expect(JSON.stringify(mine?.data)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
    expect(number).toMatchObject({ type: "number" });
    expect(JSON.stringify(number?.data)).toBe('{"value":1}');
    expect(JSON.stringify(fallback?.data)).toBe('{"initial_value":{"__proto__":[1]},"fallback_value":0}');
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(planLevels(workflow)).toEqual([["__proto__"], ["constructor"], ["toString"]]);
  });

  test("answers a workflow or InvalidWorkflowError, whatever it gets", () => {
    const key = fc.constantFrom(
      "nodes",
      "edges",
      "options",
      "id",
      "type",
      "data",
      "source",
      "target",
      "cases",
      "value",
      "backoff",
      "__proto__",
    );
    const anything = fc.anything({
      key,
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSparseArray: true,
      withNullPrototype: true,
    });
    const payload = fc.oneof(
      anything,
      fc.record({ nodes: fc.array(fc.oneof(anything, fc.record({ id: fc.string(), data: anything, options: anything }))) }),
    );
    fc.assert(
      fc.property(payload, (given) => {
        try {
          planLevels(parseWorkflow(given));
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidWorkflowError);
        }
      }),
    );
  });

  test("takes 100,000 nodes and 200,000 edges in a moment", () => {
    const count = 100_000;
    const nodes = Array.from({ length: count }, (_, index) => ({ id: `node-${index}`, type: "operation", data: { op: "add" } }));
    const edges = Array.from({ length: 2 * count - 2 }, (_, index) => {
      const target = 1 + (index >> 1);
      return { source: `node-${index % 2 === 0 ? target - 1 : target >> 1}`, target: `node-${target}` };
    });
    const startedAt = performance.now();
    const workflow = parseWorkflow({ nodes, edges });
    const parsedAt = performance.now();
    expect(planLevels(workflow)).toHaveLength(count);
    // Several times what it takes, so that only another order of growth can fail here.
    expect(parsedAt - startedAt).toBeLessThan(6_000);
    expect(performance.now() - parsedAt).toBeLessThan(2_000);
  });
});
