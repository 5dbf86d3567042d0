import { sortSteps } from "../text/sort-steps.ts";
import { atOnce, inSlices, ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";
import { describeCycle, findCycle } from "./find-cycle.ts";
import { buildGraph, levelOfNodes } from "./graph.ts";
import { invalidWorkflow } from "./invalid-workflow.ts";
import type { Workflow } from "./workflow.ts";

const NODES_A_STEP = 8 * ITEMS_A_STEP;

/**
 * The levels of a workflow in order, the node ids of each sorted by their UTF-8 bytes. A node's level is one more than the highest
 * among its sources, so every edge leads from a lower level to a higher one; the order of nodes and edges plays no part.
 * Takes time linear in nodes and edges, and the sorting. Throws `InvalidWorkflowError` for a cycle, which `parseWorkflow` lets
 * through in no workflow.
 */
export function planLevels(workflow: Pick<Workflow, "nodes" | "edges">): string[][] {
  return atOnce(planLevelsSteps(workflow));
}

/** {@link planLevels} in steps. */
export function* planLevelsSteps(workflow: Pick<Workflow, "nodes" | "edges">): Steps<string[][]> {
  const graph = yield* buildGraph(workflow.nodes, workflow.edges);
  const levelOf = yield* levelOfNodes(graph);
  const cycle = findCycle(graph, levelOf);
  if (cycle !== undefined) throw invalidWorkflow("invalid workflow", [{ path: "edges", message: describeCycle(cycle) }]);
  const levels: string[][] = [];
  yield* inSlices(graph.ids.length, NODES_A_STEP, (start, end) => {
    for (let node = start; node < end; node++) {
      const level = levelOf[node] ?? 0;
      while (levels.length <= level) levels.push([]);
      levels[level]?.push(graph.ids[node] ?? "");
    }
  });
  const sorted: string[][] = [];
  for (const ids of levels) sorted.push(yield* sortSteps(ids));
  return sorted;
}
