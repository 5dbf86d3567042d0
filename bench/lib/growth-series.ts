import { graphOf, type Graph } from "./graph.ts";

/** One point: so many runs of a graph, on so many workers, at such a distance from Redis. */
export interface GrowthPoint {
  /** Where it lies on the axis. */
  readonly x: number;
  readonly graph: Graph;
  readonly runCount: number;
  readonly workerCount: number;
  readonly roundTripMs: number;
}

/** What is varied, everything else being equal. */
export interface GrowthSeries {
  /** For the command line, and for the name of its plot. */
  readonly name: string;
  readonly title: string;
  /** Of the axis. */
  readonly xTitle: string;
  /** What is told of each point: the time of one of these. */
  readonly per: "node" | "run";
  readonly points: readonly GrowthPoint[];
}

const KB = 1024;
const ONE = { runCount: 1, workerCount: 1, roundTripMs: 0 };

/** Levels of at most 1,000 nodes, two inputs each: so many nodes that their number is the only thing that changes. */
function layered(nodeCount: number): Graph {
  const widths: number[] = [];
  for (let left = nodeCount; left > 0; left -= 1_000) widths.push(Math.min(left, 1_000));
  return graphOf(widths, { sourceCount: 2 });
}

export function growthSeries(isTiny: boolean): readonly GrowthSeries[] {
  const some = (values: readonly number[], tiny: readonly number[]): readonly number[] => (isTiny ? tiny : values);
  return [
    {
      name: "nodes",
      title: "Nodes of a run",
      xTitle: "nodes in the run, levels of 1,000",
      per: "node",
      points: some([1, 10, 100, 1_000, 10_000, 100_000], [1, 10]).map((x) => ({ ...ONE, x, graph: layered(x) })),
    },
    {
      name: "width",
      title: "Width of a level",
      xTitle: "nodes in one level",
      per: "node",
      points: some([1, 10, 100, 1_000, 10_000, 100_000], [1, 10]).map((x) => ({ ...ONE, x, graph: graphOf([x]) })),
    },
    {
      name: "runs",
      title: "Runs at once",
      xTitle: "runs of 4 nodes, enqueued at once",
      per: "run",
      points: some([1, 10, 100, 1_000, 4_000], [1, 5]).map((x) => ({ ...ONE, x, graph: graphOf([1, 2, 1]), runCount: x })),
    },
    {
      name: "workers",
      title: "Workers",
      xTitle: "worker processes",
      per: "node",
      points: some([1, 2, 4, 8], [1, 2]).map((x) => ({
        ...ONE,
        x,
        graph: graphOf(isTiny ? [4] : [800, 800], { sleepMs: 20 }),
        workerCount: x,
      })),
    },
    {
      name: "results",
      title: "Size of results",
      xTitle: "KB in the result of each node",
      per: "node",
      points: some([1, 8, 64, 256, 1_024], [1, 8]).map((x) => ({
        ...ONE,
        x,
        graph: graphOf(isTiny ? [4] : [40], { fillChars: x * KB }),
      })),
    },
    {
      name: "latency",
      title: "Distance from Redis",
      xTitle: "ms of a round trip",
      per: "node",
      points: some([0, 1, 5], [0, 1]).map((x) => ({
        ...ONE,
        x,
        graph: graphOf(isTiny ? [3, 3] : Array.from({ length: 20 }, () => 50), { sourceCount: 2 }),
        roundTripMs: x,
      })),
    },
  ];
}
