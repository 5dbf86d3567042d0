import type { JsonObject, JsonValue, RunLocalOptions } from "levelflow";

/** A workflow of built-in nodes, as the text that a caller has, and what has to come out of it. */
export interface LocalShape {
  readonly name: string;
  readonly title: string;
  readonly payloadText: string;
  readonly options: Pick<RunLocalOptions, "sequential">;
  readonly finalOutput: JsonValue;
}

export const LOCAL_SHAPES: readonly LocalShape[] = [
  shapeOf("two", "2 numbers → add", addAll(2), 3),
  shapeOf("ten-sequential", "10 numbers → add, one at a time", addAll(10), 3, { sequential: true }),
  shapeOf("ten", "10 numbers → add", addAll(10), 3),
  // Each level doubles the sums, as all numbers of a level are the same.
  shapeOf("hundred", "100 nodes: 10 levels of 10, 2 inputs each", addLevels(10, 10), 2 ** 9),
];

function shapeOf(
  name: string,
  title: string,
  payload: JsonObject,
  finalOutput: JsonValue,
  options: LocalShape["options"] = {},
): LocalShape {
  return { name, title, payloadText: JSON.stringify(payload), options, finalOutput };
}

/** The numbers 1 to `count`, all of them inputs of one addition, which takes the first two. */
function addAll(count: number): JsonObject {
  const numbers = Array.from({ length: count }, (_, i) => ({
    id: `number-${String(i)}`,
    type: "number",
    data: { value: i + 1 },
  }));
  return {
    nodes: [...numbers, { id: "sum", type: "operation", data: { op: "add" } }],
    edges: numbers.map(({ id }) => ({ source: id, target: "sum" })),
  };
}

/** A level of ones, and under it levels of additions, each of the node above it and that one's neighbour. */
function addLevels(levelCount: number, width: number): JsonObject {
  const idOf = (level: number, place: number): string => `n-${String(level)}-${String(place % width)}`;
  const places = Array.from({ length: width }, (_, place) => place);
  const additions = Array.from({ length: levelCount - 1 }, (_, i) => i + 1).flatMap((level) =>
    places.map((place) => ({ level, place, id: idOf(level, place) })),
  );
  return {
    nodes: [
      ...places.map((place) => ({ id: idOf(0, place), type: "number", data: { value: 1 } })),
      ...additions.map(({ id }) => ({ id, type: "operation", data: { op: "add" } })),
    ],
    edges: additions.flatMap(({ id: target, level, place }) => [
      { source: idOf(level - 1, place), target },
      { source: idOf(level - 1, place + 1), target },
    ]),
  };
}
