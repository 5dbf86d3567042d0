import { compareIds } from "../text/compare-bytes.ts";
import { CONTEXT_NODE_TYPES } from "./builtin-types.ts";
import type { Workflow, WorkflowNode } from "./workflow.ts";

/**
 * The node whose result is the run's final output: of the nodes without outgoing edges the one with the smallest id, context nodes
 * counting only if there is no other. `undefined` for a workflow without nodes, whose output is `null`.
 */
export function finalOutputNode({ nodes, edges }: Pick<Workflow, "nodes" | "edges">): string | undefined {
  const sources = new Set(edges.map(({ source }) => source));
  const terminal = nodes.filter(({ id }) => !sources.has(id));
  return smallestId(terminal.filter(({ type }) => !CONTEXT_NODE_TYPES.has(type))) ?? smallestId(terminal);
}

function smallestId(nodes: readonly WorkflowNode[]): string | undefined {
  let smallest: string | undefined;
  for (const { id } of nodes) {
    if (smallest === undefined || compareIds(id, smallest) < 0) smallest = id;
  }
  return smallest;
}
