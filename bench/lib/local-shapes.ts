import type { JsonObject, JsonValue } from "levelflow";

/** A workflow of built-in nodes, as the text that a caller has, and what has to come out of it. */
export interface LocalShape {
  readonly name: string;
  readonly payloadText: string;
  readonly finalOutput: JsonValue;
}

export const LOCAL_SHAPES: readonly LocalShape[] = [
  shapeOf("2 numbers → add", addAll(2), 3),
  shapeOf("10 numbers → add", addAll(10), 3),
  shapeOf("100 numbers → 100 adds → join", addPairs(100), { strategy: "all", values: pairSums(100), count: 100 }),
];

function shapeOf(name: string, payload: JsonObject, finalOutput: JsonValue): LocalShape {
  return { name, payloadText: JSON.stringify(payload), finalOutput };
}

/** The numbers 1 to `count`, all of them inputs of one addition, which takes the first two. */
function addAll(count: number): JsonObject {
  const numbers = numberNodes(count);
  return {
    nodes: [...numbers, { id: "sum", type: "operation", data: { op: "add" } }],
    edges: numbers.map(({ id }) => ({ source: id, target: "sum" })),
  };
}

/** As many additions as numbers, each of a number and the next one (of the last and the first), and a join of all sums. */
function addPairs(count: number): JsonObject {
  const numbers = numberNodes(count);
  const adds = numbers.map((_, i) => ({ id: `add-${String(i)}`, type: "operation", data: { op: "add" } }));
  const edges = adds.flatMap(({ id: target }, i) => [
    { source: numberId(i), target },
    { source: numberId((i + 1) % count), target },
    { source: target, target: "all" },
  ]);
  return { nodes: [...numbers, ...adds, { id: "all", type: "join", data: { join_strategy: "all" } }], edges };
}

function pairSums(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1 + (((i + 1) % count) + 1));
}

function numberNodes(count: number) {
  return Array.from({ length: count }, (_, i) => ({ id: numberId(i), type: "number", data: { value: i + 1 } }));
}

function numberId(index: number): string {
  return `number-${String(index)}`;
}
