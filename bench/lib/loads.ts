import { graphOf } from "./graph.ts";
import type { Shape } from "./shapes.ts";

/** A load that is far out, and what happens to it. */
export interface Load extends Shape {
  /** Whether the run is paused, resumed, cancelled halfway and then retried. */
  readonly isStopped?: boolean;
  /** How long its runs are kept: long enough for all results to be read, and for what removes them to be seen at work. */
  readonly retentionMs: number;
}

const KB = 1024;

export const LOADS: readonly Load[] = [
  { name: "level", title: "a level of 100,000 nodes", graph: graphOf([100_000]), runCount: 1, retentionMs: 15_000 },
  { name: "join", title: "1 → 50,000 → 1", graph: graphOf([1, 50_000, 1]), runCount: 1, retentionMs: 15_000 },
  {
    name: "stop",
    title: "100,000 nodes, stopped halfway",
    graph: graphOf([100_000], { sleepMs: 1 }),
    runCount: 1,
    isStopped: true,
    retentionMs: 15_000,
  },
  { name: "results", title: "10 MB of results", graph: graphOf([160], { fillChars: 64 * KB }), runCount: 1, retentionMs: 15_000 },
  { name: "large", title: "10 results of 1 MB", graph: graphOf([10], { fillChars: KB * KB }), runCount: 1, retentionMs: 15_000 },
  { name: "runs", title: "10,000 runs at once", graph: graphOf([1, 2, 1]), runCount: 10_000, retentionMs: 120_000 },
];

/** The same in little: for trying the benchmark itself. */
export const TINY_LOADS: readonly Load[] = [
  { name: "level", title: "a level of 100 nodes", graph: graphOf([100]), runCount: 1, retentionMs: 4_000 },
  { name: "join", title: "1 → 50 → 1", graph: graphOf([1, 50, 1]), runCount: 1, retentionMs: 4_000 },
  // Slow levels behind the half: it must not be over before it is stopped.
  {
    name: "stop",
    title: "80 nodes, stopped halfway",
    graph: graphOf([10, 10, 10, 10, 10, 10, 10, 10], { sleepMs: 300 }),
    runCount: 1,
    isStopped: true,
    retentionMs: 4_000,
  },
  { name: "results", title: "10 KB of results", graph: graphOf([10], { fillChars: KB }), runCount: 1, retentionMs: 4_000 },
  { name: "large", title: "2 results of 10 KB", graph: graphOf([2], { fillChars: 10 * KB }), runCount: 1, retentionMs: 4_000 },
  { name: "runs", title: "20 runs at once", graph: graphOf([1, 2, 1]), runCount: 20, retentionMs: 4_000 },
];
