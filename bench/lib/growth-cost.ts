import type { PointFigures, SeriesFigures } from "./measure-growth.ts";

/** How many nodes, or runs, the time of a point is shared out over. */
export function countOf({ per }: Pick<SeriesFigures, "per">, { nodeCount, runCount }: PointFigures): number {
  return per === "run" ? runCount : nodeCount * runCount;
}
