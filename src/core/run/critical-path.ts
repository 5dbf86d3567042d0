import { at } from "../workflow/graph.ts";
import type { PathGraph } from "../workflow/path-graph.ts";

/** What the longest paths through a workflow say of its nodes, by number; in ms. */
export interface PathTimes {
  /** The longest path of all: no order and no number of workers makes the nodes take less. */
  readonly totalMs: number;
  /** The longest path from a start to the node, without it: the soonest that it can begin. */
  readonly earliest: Float64Array;
  /** The longest path from the node to an end, with it. */
  readonly remaining: Float64Array;
}

/**
 * The longest path to and from every node, each node as long as `timesMs` says. The critical path method (Kelley and Walker,
 * Critical-path planning and scheduling, 1959), in time linear in nodes and edges: one pass down the levels and one up.
 */
export function findPathTimes(graph: PathGraph, timesMs: Float64Array): PathTimes {
  const nodeCount = graph.ids.length;
  const earliest = new Float64Array(nodeCount);
  for (let node = 0; node < nodeCount; node += 1) {
    let begin = 0;
    for (let edge = at(graph.starts, node); edge < at(graph.starts, node + 1); edge += 1) {
      const source = at(graph.sources, edge);
      begin = Math.max(begin, ms(earliest, source) + ms(timesMs, source));
    }
    earliest[node] = begin;
  }
  const remaining = findRemaining(graph, timesMs);
  return { totalMs: remaining.reduce((most, own) => Math.max(most, own), 0), earliest, remaining };
}

/** The longest path from every node to an end, with the node. */
export function findRemaining({ ids, starts, sources }: PathGraph, timesMs: Float64Array): Float64Array {
  // Until a node's turn its place holds the longest path behind it.
  const remaining = new Float64Array(ids.length);
  for (let node = ids.length - 1; node >= 0; node -= 1) {
    const own = ms(remaining, node) + ms(timesMs, node);
    remaining[node] = own;
    for (let edge = at(starts, node); edge < at(starts, node + 1); edge += 1) {
      const source = at(sources, edge);
      remaining[source] = Math.max(ms(remaining, source), own);
    }
  }
  return remaining;
}

/** How much later than it could a node may begin without making the longest path longer: its latest start − its earliest. */
export function slackOf({ totalMs, earliest, remaining }: PathTimes, node: number): number {
  return Math.max(0, totalMs - ms(remaining, node) - ms(earliest, node));
}

/** The nodes' times by number. */
export function timesOf({ ids }: PathGraph, timeOf: (id: string) => number): Float64Array {
  const timesMs = new Float64Array(ids.length);
  // `Float64Array.from` goes through an iterator: several times as slow.
  for (let node = 0; node < ids.length; node += 1) timesMs[node] = timeOf(ids[node] ?? "");
  return timesMs;
}

/** An element whose index is known to be in range. */
export function ms(times: Float64Array, index: number): number {
  return times[index] ?? 0;
}
