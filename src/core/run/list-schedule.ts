import { at } from "../workflow/graph.ts";
import type { PathGraph } from "../workflow/path-graph.ts";
import { ms } from "./critical-path.ts";
import { PriorityHeap } from "./priority-heap.ts";

/** How nodes would have run: when the last one ends, and a chain of nodes that fills the time until then without a gap. */
export interface Schedule {
  readonly totalMs: number;
  /** Nodes by number, from the last one back to one that begins at once: each begins when the next in this list ends. */
  readonly chain: readonly number[];
}

export interface ScheduleParams {
  readonly graph: PathGraph;
  /** How long each node takes, in ms. */
  readonly timesMs: Float64Array;
  /** Of nodes that are ready, the one with the most is begun first. */
  readonly rank: Float64Array;
  /** Nodes that may run at a time, at least 1. */
  readonly slots: number;
}

/**
 * Plays a run without barriers: a node is ready when its sources have ended, and a slot that comes free takes the ready node that ranks
 * highest. List scheduling (Graham, Bounds on multiprocessing timing anomalies, 1969); ranked by the longest path to the end it is
 * critical-path scheduling (Hu, Parallel sequencing and assembly line problems, 1961). Takes n log n for n nodes, and time linear in edges.
 */
export function scheduleByDependency({ graph, timesMs, rank, slots }: ScheduleParams): Schedule {
  const { waitingFor, starts, targets } = outgoingOf(graph);
  const nodeCount = graph.ids.length;
  const ends = new Float64Array(nodeCount);
  const causes = new Int32Array(nodeCount).fill(-1);
  const ready = new PriorityHeap((a, b) => ms(rank, a) > ms(rank, b) || (ms(rank, a) === ms(rank, b) && a < b));
  const running = new PriorityHeap((a, b) => ms(ends, a) < ms(ends, b) || (ms(ends, a) === ms(ends, b) && a < b));
  for (let node = 0; node < nodeCount; node += 1) if (at(waitingFor, node) === 0) ready.put(node);
  let last = -1;
  begin(0, -1);
  for (let ended = running.take(); ended !== undefined; ended = running.take()) {
    last = ended;
    const now = ms(ends, ended);
    // Whatever ends at this moment is over before anything else begins.
    release(ended);
    while (running.size > 0 && ms(ends, running.peek() ?? 0) === now) release(running.take() ?? 0);
    begin(now, ended);
  }
  return { totalMs: last < 0 ? 0 : ms(ends, last), chain: chainFrom(last, causes) };

  function begin(now: number, cause: number): void {
    while (running.size < slots) {
      const node = ready.take();
      if (node === undefined) return;
      ends[node] = now + ms(timesMs, node);
      causes[node] = cause;
      running.put(node);
    }
  }

  function release(node: number): void {
    for (let edge = at(starts, node); edge < at(starts, node + 1); edge += 1) {
      const target = at(targets, edge);
      waitingFor[target] = at(waitingFor, target) - 1;
      if (waitingFor[target] === 0) ready.put(target);
    }
  }
}

function chainFrom(last: number, causes: Int32Array): number[] {
  const chain: number[] = [];
  for (let node = last; node >= 0; node = at(causes, node)) chain.push(node);
  return chain;
}

/** How long nodes that depend on nothing take in so many slots, the longest first. */
export function scheduleLevel(timesMs: Float64Array, slots: number): number {
  if (timesMs.length <= slots) return timesMs.reduce((most, own) => Math.max(most, own), 0);
  const loads = new Float64Array(slots);
  const free = new PriorityHeap((a, b) => ms(loads, a) < ms(loads, b) || (ms(loads, a) === ms(loads, b) && a < b));
  for (let slot = 0; slot < slots; slot += 1) free.put(slot);
  for (const timeMs of timesMs.toSorted().reverse()) {
    const slot = free.take() ?? 0;
    loads[slot] = ms(loads, slot) + timeMs;
    free.put(slot);
  }
  return loads.reduce((most, own) => Math.max(most, own), 0);
}

/** Edges grouped by source, as the graph has them by target, and how many lead to each node. */
function outgoingOf({ ids, starts: incoming, sources }: PathGraph) {
  const starts = new Int32Array(ids.length + 1);
  for (const source of sources) starts[source + 1] = at(starts, source + 1) + 1;
  for (let node = 0; node < ids.length; node += 1) starts[node + 1] = at(starts, node) + at(starts, node + 1);
  const next = starts.slice();
  const targets = new Int32Array(sources.length);
  const waitingFor = new Int32Array(ids.length);
  for (let node = 0; node < ids.length; node += 1) {
    waitingFor[node] = at(incoming, node + 1) - at(incoming, node);
    for (let edge = at(incoming, node); edge < at(incoming, node + 1); edge += 1) {
      const source = at(sources, edge);
      const place = at(next, source);
      targets[place] = node;
      next[source] = place + 1;
    }
  }
  return { starts, targets, waitingFor };
}
