import { describe, expect, test } from "vitest";
import { finalOutputNode } from "../../../src/core/workflow/final-output.ts";
import { sourcesByNode } from "../../../src/core/workflow/node-inputs.ts";
import type { WorkflowNode } from "../../../src/core/workflow/workflow.ts";

const node = (id: string, type = "join"): WorkflowNode => ({ id, type, data: {}, options: {} });

describe("finalOutputNode", () => {
  test("is the terminal node with the smallest id by bytes", () => {
    const nodes = ["😀", "～", "a"].map((id) => node(id));
    expect(finalOutputNode({ nodes, edges: [{ source: "a", target: "😀" }] })).toBe("～");
  });

  test("is a context node only if there is no other", () => {
    expect(finalOutputNode({ nodes: [node("a", "context_constant"), node("b")], edges: [] })).toBe("b");
    const nodes = [node("c", "context_variable"), node("b", "context_constant")];
    expect(finalOutputNode({ nodes, edges: [] })).toBe("b");
  });

  test("is none without nodes", () => {
    expect(finalOutputNode({ nodes: [], edges: [] })).toBeUndefined();
  });
});

describe("sourcesByNode", () => {
  test("lists sources in the order of the edges, repeated ones too", () => {
    const edges = ["b", "a", "b"].map((source) => ({ source, target: "c" }));
    const sources = sourcesByNode({ nodes: [node("a"), node("b"), node("c")], edges });
    expect(sources.get("c")).toEqual(["b", "a", "b"]);
    expect(sources.get("a")).toEqual([]);
    expect([...sources.keys()]).toEqual(["a", "b", "c"]);
  });
});
