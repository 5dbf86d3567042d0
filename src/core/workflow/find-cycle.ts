import { compareIds } from "../text/compare-bytes.ts";
import { atOnce } from "../time/in-turns.ts";
import { quote } from "../text/quote.ts";
import { at, type Graph, levelOfNodes, NO_LEVEL } from "./graph.ts";

/** Ids of a cycle that a message names; of a longer one the middle is left out. */
const MAX_NAMED_COUNT = 20;

const NONE = -1;

/**
 * One cycle of the graph as the ids along it, smallest first and not repeated at the end; `undefined` if there is none. The same
 * for any order of nodes and edges.
 */
export function findCycle(graph: Graph, levels: Int32Array = atOnce(levelOfNodes(graph))): readonly string[] | undefined {
  const start = levels.indexOf(NO_LEVEL);
  if (start === -1) return undefined;
  const predecessors = smallestPredecessors(graph, levels);
  let smallest = start;
  for (let node = start + 1; node < levels.length; node++) {
    if (levels[node] === NO_LEVEL && isSmaller(graph, node, smallest)) smallest = node;
  }
  // A node without level has a source without level, so going backwards must come round.
  const seen = new Uint8Array(levels.length);
  let node = smallest;
  for (; seen[node] !== 1; node = at(predecessors, node)) seen[node] = 1;
  return idsAround(graph, predecessors, node);
}

/** The text of a cycle's fault: `workflow contains cycles (circular dependencies): "a" -> "b" -> "a"`. */
export function describeCycle(cycle: readonly string[]): string {
  const named = [...cycle.slice(0, MAX_NAMED_COUNT).map(quote)];
  if (cycle.length > MAX_NAMED_COUNT) named.push(`(${cycle.length - MAX_NAMED_COUNT} more)`);
  const first = named[0] ?? "";
  return `workflow contains cycles (circular dependencies): ${[...named, first].join(" -> ")}`;
}

/** For each node without level, its source without level that has the smallest id. */
function smallestPredecessors(graph: Graph, levels: Int32Array): Int32Array {
  const predecessors = new Int32Array(levels.length).fill(NONE);
  for (let edge = 0; edge < graph.targets.length; edge++) {
    const source = at(graph.sources, edge);
    const target = at(graph.targets, edge);
    if (levels[source] !== NO_LEVEL || levels[target] !== NO_LEVEL) continue;
    const known = at(predecessors, target);
    if (known === NONE || isSmaller(graph, source, known)) predecessors[target] = source;
  }
  return predecessors;
}

/** Follows the cycle backwards from a node on it, then turns it into the direction of the edges, smallest id first. */
function idsAround({ ids }: Graph, predecessors: Int32Array, start: number): readonly string[] {
  const backwards: string[] = [];
  let node = start;
  do {
    backwards.push(ids[node] ?? "");
    node = at(predecessors, node);
  } while (node !== start);
  const cycle = backwards.reverse();
  const first = cycle.indexOf(cycle.reduce((least, id) => (compareIds(id, least) < 0 ? id : least)));
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

function isSmaller({ ids }: Graph, left: number, right: number): boolean {
  return compareIds(ids[left] ?? "", ids[right] ?? "") < 0;
}
