import { Attached } from "../memory/attached.ts";
import { pathGraphOf, type PathGraph } from "../workflow/path-graph.ts";
import type { WorkflowNode } from "../workflow/workflow.ts";
import type { WorkflowPlan } from "../workflow/workflow-plan.ts";
import { findRemaining, ms, timesOf } from "./critical-path.ts";
import { expectedMs, isQuick, type HandlerTimes } from "./handler-times.ts";

export interface OrderNodesParams {
  /** How long a node's handler takes, in ms, as far as is known. */
  readonly timeOf: (node: WorkflowNode) => number | undefined;
  /** The longest path from a node to the end of the run, in ms. */
  readonly remainingOf: (node: WorkflowNode) => number;
}

/**
 * The order in which nodes of a level start: slow ones first, so that none of them is left to begin when the others have ended. A level
 * ends with its last node, so within it only the nodes' own times count; of equally slow ones the one with the longest path to the end
 * of the run starts first. A node of which nobody knows comes before all others. Quick ones come last: their order wins nothing. What
 * is equal keeps the order that it is given in.
 *
 * Longest processing time first: at most 4/3 − 1/(3 × slots) of the least time (Graham, Bounds on multiprocessing timing anomalies, 1969).
 */
export function orderNodes(nodes: readonly WorkflowNode[], { timeOf, remainingOf }: OrderNodesParams): readonly WorkflowNode[] {
  if (nodes.length === 1) return nodes;
  const bySlowness = groupDescending(nodes, (node) => {
    const timeMs = timeOf(node);
    return isQuick(timeMs) ? QUICK : (timeMs ?? Infinity);
  });
  return joined([...bySlowness].flatMap(([timeMs, group]) => (timeMs === QUICK ? [group] : byPath(group, remainingOf))));
}

/** Below every time, so that quick nodes come last. */
const QUICK = -1;
/** Of more equally slow nodes than this the paths are not looked up: it would hold the process up for more than it can win. */
const MAX_RANKED_COUNT = 10_000;

function byPath(nodes: readonly WorkflowNode[], remainingOf: OrderNodesParams["remainingOf"]): (readonly WorkflowNode[])[] {
  return nodes.length > MAX_RANKED_COUNT ? [nodes] : [...groupDescending(nodes, remainingOf).values()];
}

/** Nodes by a number, the highest first, each group in the given order. Of 100,000 nodes few differ, and sorting only what differs is cheap. */
function groupDescending(
  nodes: readonly WorkflowNode[],
  keyOf: (node: WorkflowNode) => number,
): ReadonlyMap<number, readonly WorkflowNode[]> {
  const groups = new Map<number, WorkflowNode[]>();
  for (const node of nodes) {
    const key = keyOf(node);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  if (groups.size <= 1) return groups;
  return new Map([...groups].sort(([a], [b]) => b - a));
}

function joined(groups: readonly (readonly WorkflowNode[])[]): readonly WorkflowNode[] {
  return groups.length === 1 ? (groups[0] ?? []) : groups.flat();
}

interface KnownPaths {
  readonly times: HandlerTimes;
  readonly remaining: Float64Array;
}

const PATHS = new Attached<WorkflowPlan, KnownPaths>("node paths");

/**
 * The longest path from a node to the end of the run, in ms, by what is known of handlers; worked out once for both, when first asked.
 * Where nothing is known, no path is longer than another.
 */
export function remainingIn(plan: WorkflowPlan, times: HandlerTimes): (node: WorkflowNode) => number {
  if (times.size === 0) return () => 0;
  let remaining: Float64Array | undefined;
  return ({ id }) => {
    const graph = pathGraphOf(plan);
    remaining ??= findKnown(plan, graph, times);
    return ms(remaining, graph.numbers.get(id) ?? 0);
  };
}

function findKnown(plan: WorkflowPlan, graph: PathGraph, times: HandlerTimes): Float64Array {
  const known = PATHS.get(plan);
  if (known?.times === times) return known.remaining;
  const timesMs = timesOf(graph, (id) => expectedMs(times.get(plan.nodesById.get(id)?.type ?? "")));
  const remaining = findRemaining(graph, timesMs);
  PATHS.set(plan, { times, remaining });
  return remaining;
}
