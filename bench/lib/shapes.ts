import type { JsonObject } from "levelflow";

/** A workflow to measure: its levels as widths, and the payload that has them. */
export interface Shape {
  readonly name: string;
  readonly widths: readonly number[];
}

export const SHAPES: readonly Shape[] = [
  { name: "chain of 100", widths: Array.from({ length: 100 }, () => 1) },
  { name: "1 → 1000 → 1", widths: [1, 1000, 1] },
  { name: "20 levels × 50", widths: Array.from({ length: 20 }, () => 50) },
];

/** Nodes of type `step`; each reads one node of the level before it, the last level of a fan-out all of them. */
export function payloadOf({ widths }: Shape): JsonObject {
  const nodes: JsonObject[] = [];
  const edges: JsonObject[] = [];
  widths.forEach((width, level) => {
    for (let i = 0; i < width; i += 1) {
      nodes.push({ id: nodeId(level, i), type: "step", data: {} });
      const before = widths[level - 1] ?? 0;
      for (let source = width === 1 ? 0 : i % Math.max(before, 1); source < before; source += width === 1 ? 1 : before) {
        edges.push({ source: nodeId(level - 1, source), target: nodeId(level, i) });
      }
    }
  });
  return { nodes, edges };
}

function nodeId(level: number, index: number): string {
  return `${String(level)}-${String(index)}`;
}
