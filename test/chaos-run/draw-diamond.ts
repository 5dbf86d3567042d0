import type { PlannedRun } from "./draw-run.ts";

/** The longest that its first two nodes take, in ms: long enough for kills to meet them at work. */
const MAX_NAP_MS = 50;

/** a feeds b and c, which feed d. c and d count in shared state. Every number in it tells the run from the others. */
export function drawDiamond(number: number, random: () => number): PlannedRun {
  const nap = (add: number): object => ({ add, ms: Math.floor(random() * MAX_NAP_MS) });
  const nodes = [
    { id: "a", type: "nap", data: nap(number) },
    { id: "b", type: "nap", data: nap(1_000) },
    { id: "c", type: "tally", data: { add: 2_000 } },
    { id: "d", type: "tally", data: { add: 4_000 } },
  ];
  const edges = ["a b", "a c", "b d", "c d"].map((edge) => ({ source: edge.charAt(0), target: edge.charAt(2) }));
  const [b, c] = [number + 1_000, number + 2_000 + 1];
  const d = b + c + 4_000 + 2;
  return {
    plot: "plain",
    payload: { nodes, edges },
    limit: Infinity,
    levels: [["a"], ["b", "c"], ["d"]],
    nodes: new Map(nodes.map((node) => [node.id, node])),
    results: new Map(Object.entries({ a: number, b, c, d })),
    finalOutput: d,
    state: new Map([["tally", 2]]),
  };
}
