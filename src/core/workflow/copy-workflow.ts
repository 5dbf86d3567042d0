import { inSlices, ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";
import type { Workflow, WorkflowNode } from "./workflow.ts";

/** A copy of a workflow that shares nothing with it, in steps. */
export function* copySteps(workflow: Workflow): Steps<Workflow> {
  const nodes: WorkflowNode[] = [];
  yield* inSlices(workflow.nodes.length, ITEMS_A_STEP, (start, end) => {
    for (const node of structuredClone(workflow.nodes.slice(start, end))) nodes.push(node);
  });
  const edges = workflow.edges.map(({ source, target }) => ({ source, target }));
  return { ...workflow, nodes, edges, options: { ...workflow.options } };
}
