import type { WorkflowIssue } from "../errors/levelflow-error.ts";
import type { Steps } from "../time/in-turns.ts";
import { quote } from "../text/quote.ts";
import { describeCycle, findCycle } from "./find-cycle.ts";
import { buildGraph, levelOfNodes } from "./graph.ts";
import type { Workflow, WorkflowEdge, WorkflowNode } from "./workflow.ts";

/** Every fault of a workflow's structure: nodes by index, edges by index (source before target), then a cycle. */
export function* checkStructure({ nodes, edges }: Pick<Workflow, "nodes" | "edges">): Steps<WorkflowIssue[]> {
  const issues: WorkflowIssue[] = [];
  const named = nodes.filter(({ id }) => id !== "");
  const graph = yield* buildGraph(named, edges);
  // The graph leaves out what is at fault: nothing left out, nothing to look for among 100,000 ids.
  if (graph.ids.length < nodes.length) checkIds(nodes, issues);
  if (graph.targets.length < edges.length) checkEnds(new Set(graph.ids), edges, issues);
  const cycle = findCycle(graph, yield* levelOfNodes(graph));
  if (cycle !== undefined) issues.push({ path: "edges", message: describeCycle(cycle) });
  return issues;
}

/** An id that is used more than twice is reported where it is used again for the first time. */
function checkIds(nodes: readonly WorkflowNode[], issues: WorkflowIssue[]): void {
  const seen = new Set<string>();
  const reported = new Set<string>();
  for (const [index, { id }] of nodes.entries()) {
    const path = `nodes[${index}].id`;
    if (id === "") issues.push({ path, message: `node ${index}: empty id` });
    else if (!seen.has(id)) seen.add(id);
    else if (!reported.has(id)) {
      reported.add(id);
      issues.push({ path, message: `duplicate node id ${quote(id)}` });
    }
  }
}

function checkEnds(ids: ReadonlySet<string>, edges: readonly WorkflowEdge[], issues: WorkflowIssue[]): void {
  for (const [index, edge] of edges.entries()) {
    for (const end of ["source", "target"] as const) {
      if (ids.has(edge[end])) continue;
      issues.push({ path: `edges[${index}].${end}`, message: `edge ${index}: unknown ${end} ${quote(edge[end])}` });
    }
  }
}
