import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isNodeDefinition, type AnyNodeDefinition } from "../../../src/core/node/define-node.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";
import { planLevels } from "../../../src/core/workflow/plan-levels.ts";
import { createBuiltinNodes } from "../../../src/nodes/builtin-nodes.ts";
import { definitionOf } from "./run-handler.ts";

describe("the payload of an example", () => {
  test.each([
    ["etl", [3, 5, 1]],
    ["features", [1, 10, 10, 1]],
    ["aggregation", [5, 5, 1]],
    ["diamonds", [3, 5, 4, 4, 2, 1, 1]],
    ["failing", [1, 6, 1]],
  ])("%s has the levels that its README tells of, and data that its node types take", async (name, widths) => {
    const path = new URL(`../../../examples/${name}/workflow.json`, import.meta.url);
    const workflow = parseWorkflow(JSON.parse(readFileSync(path, "utf8")));
    expect(planLevels(workflow).map((level) => level.length)).toEqual(widths);
    const definitions = [...createBuiltinNodes(), ...(await exportedNodes(name))];
    for (const node of workflow.nodes) definitionOf(node, definitions).data.parse(node.data);
  });
});

async function exportedNodes(name: string): Promise<AnyNodeDefinition[]> {
  if (name === "diamonds") return [];
  const module = (await import(`../../../examples/${name}/nodes.ts`)) as Record<string, unknown>;
  return Object.values(module).flat().filter(isNodeDefinition);
}
