import type { JsonObject } from "levelflow";
import { setTimeout as sleep } from "node:timers/promises";

/** A node of a benchmark: it adds up what its sources give, and something of its own. */
export interface GraphNode {
  readonly id: string;
  /** In the order of the edges; all of them in the level before. */
  readonly sources: readonly string[];
  readonly add: number;
  /** How long it waits, as for a remote service. */
  readonly sleepMs: number;
  /** How many characters its result is filled up with. */
  readonly fillChars: number;
}

export interface GraphResult {
  readonly value: number;
  readonly fill?: string;
}

/** What every contender runs: levels of nodes. A node without sources starts from the run's seed, so that no two runs have the same results. */
export interface Graph {
  readonly levels: readonly (readonly GraphNode[])[];
}

/** Values stay whole numbers of a size that does not depend on the graph's. */
const MODULUS = 1_000_003;

/** What a handler does, whoever calls it. */
export async function execute(node: GraphNode, inputs: readonly GraphResult[], seed: number): Promise<GraphResult> {
  if (node.sleepMs > 0) await sleep(node.sleepMs);
  return resultOf(node, inputs, seed);
}

/** Every node's result, worked out without any of the contenders. */
export function expectedResults({ levels }: Graph, seed: number): Record<string, GraphResult> {
  const results: Record<string, GraphResult> = {};
  for (const node of levels.flat()) {
    const inputs = node.sources.map((source) => results[source] ?? { value: Number.NaN });
    results[node.id] = resultOf(node, inputs, seed);
  }
  return results;
}

/** The graph as levelflow takes it. */
export function payloadOf({ levels }: Graph, pool?: string): JsonObject {
  const nodes = levels.flat().map(({ id, add, sleepMs, fillChars }) => ({
    id,
    type: sleepMs > 0 ? "sleep" : "sum",
    data: { add, sleepMs, fillChars },
    ...(pool === undefined ? {} : { options: { pool } }),
  }));
  const edges = levels.flat().flatMap(({ id, sources }) => sources.map((source) => ({ source, target: id })));
  return { nodes, edges };
}

export function nodeCountOf({ levels }: Graph): number {
  return levels.reduce((count, level) => count + level.length, 0);
}

/** Levels of these widths. Each node has so many sources, spread over the level before; the one node of a level has all of it. */
export function graphOf(
  widths: readonly number[],
  { sourceCount = 1, sleepMs = 0, fillChars = 0 }: { sourceCount?: number; sleepMs?: number; fillChars?: number } = {},
): Graph {
  const levels = widths.map((width, level) =>
    Array.from({ length: width }, (_, i): GraphNode => {
      const before = widths[level - 1] ?? 0;
      const count = width === 1 ? before : Math.min(sourceCount, before);
      const sources = Array.from({ length: count }, (_, n) => nodeId(level - 1, (i + n) % before));
      return { id: nodeId(level, i), sources, add: level + i, sleepMs, fillChars };
    }),
  );
  return { levels };
}

function nodeId(level: number, index: number): string {
  return `${level}-${index}`;
}

function resultOf({ sources, add, fillChars }: GraphNode, inputs: readonly GraphResult[], seed: number): GraphResult {
  const start = sources.length === 0 ? seed : 0;
  const value = inputs.reduce((sum, input) => sum + input.value, start + add) % MODULUS;
  return fillChars === 0 ? { value } : { value, fill: "x".repeat(fillChars) };
}
