import { describe, expect, test } from "vitest";
import { levelPriority, nodesOfLevel, planStart } from "../../../src/core/run/plan-start.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";

interface NodeGiven {
  readonly id: string;
  readonly options?: { readonly pool?: string; readonly priority?: number };
}

function workflowOf(first: readonly NodeGiven[], options: object = {}) {
  const nodes = [...first, { id: "last" }].map((node) => ({ ...node, type: "sum", data: {} }));
  return parseWorkflow({ nodes, edges: first.map(({ id }) => ({ source: id, target: "last" })), options });
}

const MANY = Array.from({ length: 2_001 }, (_, i) => ({ id: `node-${String(i)}` }));

describe("planStart", () => {
  test("starts a run whose first level is one node, in that node's pool", () => {
    const start = planStart(workflowOf([{ id: "a", options: { pool: "gpu" } }]));
    expect(start?.pool).toBe("gpu");
    expect(start?.plan).toMatchObject({ level: 0, ordered: [{ nodeId: "a", pool: "gpu" }], strands: 1 });
    expect({ ...start?.plan.lanes }).toEqual({ gpu: 1 });
  });

  test("starts a run whose nodes run one after another", () => {
    const start = planStart(workflowOf([{ id: "b" }, { id: "a" }], { sequential: true }));
    expect(start?.pool).toBe("default");
    expect(start?.plan.ordered.map(({ nodeId }) => nodeId)).toEqual(["a", "b"]);
  });

  test.each([
    ["several nodes, which may need several lanes", workflowOf([{ id: "a" }, { id: "b" }])],
    ["several nodes of which one runs at a time", workflowOf([{ id: "a" }, { id: "b" }], { maxConcurrency: 1 })],
    ["two pools", workflowOf([{ id: "a", options: { pool: "gpu" } }, { id: "b" }], { sequential: true })],
    ["a timeout, whose clock runs without a worker too", workflowOf([{ id: "a" }], { timeoutMs: 1_000 })],
    ["more nodes, one after another, than are stored in one go", workflowOf(MANY, { sequential: true })],
    ["no nodes", parseWorkflow({ nodes: [], edges: [] })],
  ])("leaves a run to a scheduler that has %s", (_what, workflow) => {
    expect(planStart(workflow)).toBeUndefined();
  });
});

describe("levelPriority", () => {
  test("is that of the most urgent node", () => {
    const workflow = workflowOf([{ id: "a", options: { priority: 9 } }, { id: "b", options: { priority: 3 } }, { id: "c" }]);
    expect(levelPriority(nodesOfLevel(workflow, 0))).toBe(3);
    expect(levelPriority(nodesOfLevel(workflow, 1))).toBeUndefined();
  });
});
