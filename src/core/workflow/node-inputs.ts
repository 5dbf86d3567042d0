import { atOnce, inSlices, ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";
import type { Workflow, WorkflowEdge } from "./workflow.ts";

const ENTRIES_A_STEP = 8 * ITEMS_A_STEP;

const NO_SOURCES: readonly string[] = Object.freeze([]);

/** The sources of every node in the order of its edges, which is the order of its inputs; an edge given twice is listed twice. */
export function sourcesByNode(workflow: Pick<Workflow, "nodes" | "edges">): ReadonlyMap<string, readonly string[]> {
  return atOnce(sourcesSteps(workflow));
}

/** {@link sourcesByNode} in steps. */
export function* sourcesSteps({
  nodes,
  edges,
}: Pick<Workflow, "nodes" | "edges">): Steps<ReadonlyMap<string, readonly string[]>> {
  const gathered = new Map<string, string[]>();
  yield* inSlices(edges.length, ENTRIES_A_STEP, (start, end) => {
    for (let index = start; index < end; index++) {
      const { source, target } = edges[index] as WorkflowEdge;
      const sources = gathered.get(target);
      if (sources === undefined) gathered.set(target, [source]);
      else sources.push(source);
    }
  });
  return yield* mapSteps(nodes, ({ id }) => gathered.get(id) ?? NO_SOURCES);
}

/** What goes with each node, by its id; in steps. */
export function* mapSteps<Node extends { readonly id: string }, Value>(
  nodes: readonly Node[],
  valueOf: (node: Node) => Value,
): Steps<Map<string, Value>> {
  const map = new Map<string, Value>();
  yield* inSlices(nodes.length, ENTRIES_A_STEP, (start, end) => {
    for (let index = start; index < end; index++) {
      const node = nodes[index] as Node;
      map.set(node.id, valueOf(node));
    }
  });
  return map;
}
