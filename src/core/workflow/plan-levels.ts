import { sortIds } from "../text/compare-bytes.ts";
import { describeCycle, findCycle } from "./find-cycle.ts";
import { buildGraph, levelOfNodes } from "./graph.ts";
import { invalidWorkflow } from "./invalid-workflow.ts";
import type { Workflow } from "./workflow.ts";

/**
 * The levels of a workflow in order, the node ids of each sorted by their UTF-8 bytes. A node's level is one more than the highest
 * among its sources, so every edge leads from a lower level to a higher one; the order of nodes and edges plays no part.
 * Takes time linear in nodes and edges, and the sorting. Throws `InvalidWorkflowError` for a cycle, which `parseWorkflow` lets
 * through in no workflow.
 */
export function planLevels(workflow: Pick<Workflow, "nodes" | "edges">): string[][] {
  const graph = buildGraph(workflow.nodes, workflow.edges);
  const levelOf = levelOfNodes(graph);
  const cycle = findCycle(graph, levelOf);
  if (cycle !== undefined) throw invalidWorkflow("invalid workflow", [{ path: "edges", message: describeCycle(cycle) }]);
  const levels: string[][] = [];
  for (const [node, id] of graph.ids.entries()) {
    const level = levelOf[node] ?? 0;
    while (levels.length <= level) levels.push([]);
    levels[level]?.push(id);
  }
  return levels.map(sortIds);
}
