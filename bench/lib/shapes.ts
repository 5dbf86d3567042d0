import { graphOf, type Graph } from "./graph.ts";

/** A workload to compare contenders on. */
export interface Shape {
  /** For the command line. */
  readonly name: string;
  readonly title: string;
  readonly graph: Graph;
  /** Runs that are enqueued at once. */
  readonly runCount: number;
  /** What it takes at the least, if its nodes sleep, in ms. */
  readonly idealMs?: number;
}

const SLEEP_MS = 200;

export const SHAPES: readonly Shape[] = [
  { name: "chain", title: "chain of 100 nodes", graph: graphOf(times(100, 1)), runCount: 1 },
  { name: "wide", title: "1 → 1000 → 1", graph: graphOf([1, 1000, 1]), runCount: 1 },
  { name: "levels", title: "20 levels × 50, 2 inputs each", graph: graphOf(times(20, 50), { sourceCount: 2 }), runCount: 1 },
  { name: "diamonds", title: "500 diamonds at once", graph: graphOf([1, 2, 1]), runCount: 500 },
  {
    name: "sleeps",
    title: "10 branches × 3 levels of 200 ms",
    graph: graphOf(times(3, 10), { sleepMs: SLEEP_MS }),
    runCount: 1,
    idealMs: 3 * SLEEP_MS,
  },
];

/** The same shapes in little: for trying the benchmark itself, not for its figures. */
export const TINY_SHAPES: readonly Shape[] = [
  { name: "chain", title: "chain of 5 nodes", graph: graphOf(times(5, 1)), runCount: 1 },
  { name: "wide", title: "1 → 20 → 1", graph: graphOf([1, 20, 1]), runCount: 1 },
  { name: "levels", title: "3 levels × 5, 2 inputs each", graph: graphOf(times(3, 5), { sourceCount: 2 }), runCount: 1 },
  { name: "diamonds", title: "5 diamonds at once", graph: graphOf([1, 2, 1]), runCount: 5 },
  {
    name: "sleeps",
    title: "3 branches × 2 levels of 20 ms",
    graph: graphOf(times(2, 3), { sleepMs: 20 }),
    runCount: 1,
    idealMs: 40,
  },
];

function times(count: number, width: number): number[] {
  return Array.from({ length: count }, () => width);
}
