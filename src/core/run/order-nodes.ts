import { pathGraphOf } from "../workflow/path-graph.ts";
import type { WorkflowNode } from "../workflow/workflow.ts";
import type { WorkflowPlan } from "../workflow/workflow-plan.ts";
import { findRemaining, ms } from "./critical-path.ts";
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
  const slow: { readonly node: WorkflowNode; readonly timeMs: number }[] = [];
  const quick: WorkflowNode[] = [];
  for (const node of nodes) {
    const timeMs = timeOf(node);
    if (isQuick(timeMs)) quick.push(node);
    else slow.push({ node, timeMs: timeMs ?? Infinity });
  }
  if (slow.length === 0 || nodes.length === 1) return nodes;
  const ranked = slow.map((entry) => ({ ...entry, remainingMs: remainingOf(entry.node) }));
  // Infinity − Infinity is no number, and so falls through to the path.
  ranked.sort((a, b) => b.timeMs - a.timeMs || b.remainingMs - a.remainingMs);
  return ranked.map(({ node }) => node).concat(quick);
}

interface KnownPaths {
  readonly times: HandlerTimes;
  readonly remaining: Float64Array;
}

const PATHS = new WeakMap<WorkflowPlan, KnownPaths>();

/**
 * The longest path from a node to the end of the run, in ms, by what is known of handlers; worked out once for both, when first asked.
 * Where nothing is known, no path is longer than another.
 */
export function remainingIn(plan: WorkflowPlan, times: HandlerTimes): (node: WorkflowNode) => number {
  if (times.size === 0) return () => 0;
  return ({ id }) => {
    const graph = pathGraphOf(plan);
    let known = PATHS.get(plan);
    if (known?.times !== times) {
      const timesMs = Float64Array.from(graph.ids, (node) => expectedMs(times.get(plan.nodesById.get(node)?.type ?? "")));
      known = { times, remaining: findRemaining(graph, timesMs) };
      PATHS.set(plan, known);
    }
    return ms(known.remaining, graph.numbers.get(id) ?? 0);
  };
}
