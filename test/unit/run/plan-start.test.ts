import { describe, expect, test } from "vitest";
import { levelPriority, nodesOfLevel, startPoolOf } from "../../../src/core/run/plan-start.ts";
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

describe("startPoolOf", () => {
  test.each([
    ["one node", workflowOf([{ id: "a", options: { pool: "gpu" } }]), "gpu"],
    [
      "several nodes of one pool",
      workflowOf([
        { id: "a", options: { pool: "gpu" } },
        { id: "b", options: { pool: "gpu" } },
      ]),
      "gpu",
    ],
    ["nodes that run one after another", workflowOf([{ id: "b" }, { id: "a" }], { sequential: true }), "default"],
  ])("brings a run to its pool that starts with %s", (_what, workflow, pool) => {
    expect(startPoolOf(workflow)).toBe(pool);
  });

  test.each([
    ["two pools", workflowOf([{ id: "a", options: { pool: "gpu" } }, { id: "b" }])],
    ["a timeout, whose clock runs without a worker too", workflowOf([{ id: "a" }], { timeoutMs: 1_000 })],
    ["more nodes than are stored in one go", workflowOf(MANY)],
    ["no nodes", parseWorkflow({ nodes: [], edges: [] })],
  ])("leaves a run to a scheduler that has %s", (_what, workflow) => {
    expect(startPoolOf(workflow)).toBeUndefined();
  });
});

describe("levelPriority", () => {
  test("is that of the most urgent node", () => {
    const workflow = workflowOf([{ id: "a", options: { priority: 9 } }, { id: "b", options: { priority: 3 } }, { id: "c" }]);
    expect(levelPriority(nodesOfLevel(workflow, 0))).toBe(3);
    expect(levelPriority(nodesOfLevel(workflow, 1))).toBeUndefined();
  });
});
