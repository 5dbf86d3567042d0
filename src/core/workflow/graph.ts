import { inSlices, ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";
import type { WorkflowEdge, WorkflowNode } from "./workflow.ts";

/** Nodes and edges by number, so that planning 100,000 nodes handles integers instead of texts. */
export interface Graph {
  /** Distinct node ids; a node's number is its place here. */
  readonly ids: readonly string[];
  /** Number of the source and target of each edge. */
  readonly sources: Int32Array;
  readonly targets: Int32Array;
}

/** The level of a node that lies on a cycle or behind one. */
export const NO_LEVEL = -1;

/** Numbers nodes in order of appearance. Nodes with one id count as one; edges with an unknown end are left out. */
export function* buildGraph(nodes: readonly Pick<WorkflowNode, "id">[], edges: readonly WorkflowEdge[]): Steps<Graph> {
  const numbers = new Map<string, number>();
  yield* inSlices(nodes.length, NODES_A_STEP, (start, end) => {
    for (let index = start; index < end; index++) {
      const { id } = nodes[index] as Pick<WorkflowNode, "id">;
      if (!numbers.has(id)) numbers.set(id, numbers.size);
    }
  });
  const sources = new Int32Array(edges.length);
  const targets = new Int32Array(edges.length);
  let edgeCount = 0;
  yield* inSlices(edges.length, NODES_A_STEP, (start, end) => {
    for (let index = start; index < end; index++) {
      const edge = edges[index] as WorkflowEdge;
      const source = numbers.get(edge.source);
      const target = numbers.get(edge.target);
      if (source === undefined || target === undefined) continue;
      sources[edgeCount] = source;
      targets[edgeCount++] = target;
    }
  });
  return { ids: [...numbers.keys()], sources: sources.subarray(0, edgeCount), targets: targets.subarray(0, edgeCount) };
}

/**
 * The level of each node by its number: 0 without incoming edges, else one more than the highest among its sources, or {@link NO_LEVEL}.
 * Kahn's algorithm (Topological sorting of large networks, 1962), in time linear in nodes and edges.
 */
export function* levelOfNodes(graph: Graph): Steps<Int32Array> {
  const nodeCount = graph.ids.length;
  const isLarge = nodeCount + graph.targets.length > EDGES_A_STEP;
  if (isLarge) yield;
  const { starts, outgoing } = outgoingEdges(graph);
  if (isLarge) yield;
  const waitingFor = countEdges(graph.targets, nodeCount);
  const levels = new Int32Array(nodeCount).fill(NO_LEVEL);
  const reached = new Int32Array(nodeCount);
  const queue = new Int32Array(nodeCount);
  let queued = 0;
  for (let node = 0; node < nodeCount; node++) {
    if (waitingFor[node] === 0) queue[queued++] = node;
  }
  // As many are taken from the queue as there are in it, which grows meanwhile; what lies on a cycle never gets there.
  yield* inSlices(nodeCount, EDGES_A_STEP, (start, end) => {
    for (let head = start; head < Math.min(end, queued); head++) {
      const node = at(queue, head);
      const level = at(reached, node);
      levels[node] = level;
      for (let index = at(starts, node); index < at(starts, node + 1); index++) {
        const target = at(outgoing, index);
        reached[target] = Math.max(at(reached, target), level + 1);
        waitingFor[target] = at(waitingFor, target) - 1;
        if (waitingFor[target] === 0) queue[queued++] = target;
      }
    }
  });
  return levels;
}

const NODES_A_STEP = 8 * ITEMS_A_STEP;

/** Numbers in typed lists are quick to go through. */
const EDGES_A_STEP = 32 * ITEMS_A_STEP;

/** Targets grouped by source: those of node n are `outgoing[starts[n]]` up to `outgoing[starts[n + 1]]`. */
function outgoingEdges({ ids, sources, targets }: Graph): { readonly starts: Int32Array; readonly outgoing: Int32Array } {
  const counts = countEdges(sources, ids.length);
  const starts = new Int32Array(ids.length + 1);
  for (let node = 0; node < ids.length; node++) starts[node + 1] = at(starts, node) + at(counts, node);
  const next = starts.slice();
  const outgoing = new Int32Array(targets.length);
  for (let edge = 0; edge < targets.length; edge++) {
    const source = at(sources, edge);
    const slot = at(next, source);
    outgoing[slot] = at(targets, edge);
    next[source] = slot + 1;
  }
  return { starts, outgoing };
}

function countEdges(ends: Int32Array, nodeCount: number): Int32Array {
  const counts = new Int32Array(nodeCount);
  for (const end of ends) counts[end] = at(counts, end) + 1;
  return counts;
}

/** An element whose index is known to be in range. */
export function at(numbers: Int32Array, index: number): number {
  return numbers[index] ?? 0;
}
