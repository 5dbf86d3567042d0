import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineNode } from "../../../src/core/node/define-node.ts";
import { defineWorkflow } from "../../../src/core/workflow/define-workflow.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";
import { planLevels } from "../../../src/core/workflow/plan-levels.ts";

const number = defineNode({ type: "number", data: z.object({ value: z.number() }), run: ({ data }) => data.value });
const operation = defineNode({
  type: "operation",
  data: z.object({ op: z.enum(["add", "subtract"]) }),
  inputs: z.tuple([z.number(), z.number()]),
  run: ({ inputs: [left, right] }) => left + right,
});

describe("defineWorkflow", () => {
  test("builds a payload with the edges in the order of the inputs", () => {
    const payload = defineWorkflow("etl", { timeoutMs: 60_000 })
      .node("b", number, { value: 1 })
      .node("a", number, { value: 2 }, { options: { attempts: 2 } })
      .node("sum", operation, { op: "add" }, { inputs: ["b", "a"], options: { backoff: "fixed" } })
      .build();
    expect(payload).toEqual({
      workflow_id: "etl",
      options: { timeoutMs: 60_000 },
      nodes: [
        { id: "b", type: "number", data: { value: 1 } },
        { id: "a", type: "number", data: { value: 2 }, options: { attempts: 2 } },
        { id: "sum", type: "operation", data: { op: "add" }, options: { backoff: "fixed" } },
      ],
      edges: [
        { source: "b", target: "sum" },
        { source: "a", target: "sum" },
      ],
    });
    expect(planLevels(parseWorkflow(payload))).toEqual([["a", "b"], ["sum"]]);
  });

  test("leaves out what was not given", () => {
    expect(defineWorkflow().build()).toEqual({ nodes: [], edges: [] });
  });

  test("continues one beginning in several ways", () => {
    const start = defineWorkflow().node("a", number, { value: 1 });
    const one = start.node("b", number, { value: 2 }).build();
    const other = start.node("b", operation, { op: "add" }, { inputs: ["a", "a"] }).build();
    expect([start.build().nodes.length, one.nodes[1]?.type, other.nodes[1]?.type]).toEqual([1, "number", "operation"]);
  });

  test("takes ids that are only known when the program runs", () => {
    const ids: string[] = ["x", "y"];
    let builder = defineWorkflow().node(String(ids[0]), number, { value: 1 });
    builder = builder.node(String(ids[1]), number, { value: 2 });
    const payload = builder.node("sum", operation, { op: "add" }, { inputs: [String(ids[0]), String(ids[1])] }).build();
    expect(payload.edges.map(({ source }) => source)).toEqual(ids);
    expect(() => builder.node(String(ids[0]), number, { value: 1 })).toThrow('duplicate node id "x"');
  });
});
