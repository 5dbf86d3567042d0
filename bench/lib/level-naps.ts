import { levelOfNaps, NAPS_MS } from "./naps.ts";
import type { Shape } from "./shapes.ts";

const [SHORT, MIDDLING, LONG] = NAPS_MS;

/** Places for nodes at work, over all workers: fewer than the level has nodes. */
export const SLOTS = 4;

export const LEVELS: readonly Shape[] = [
  shapeOf("late", "a long node last", [...times(SHORT, 24), LONG]),
  shapeOf("mixed", "long ones among short ones", shuffled([...times(SHORT, 16), ...times(MIDDLING, 6), ...times(LONG, 3)])),
  shapeOf("first", "long ones first", [...times(LONG, 3), ...times(MIDDLING, 6), ...times(SHORT, 16)]),
  shapeOf("equal", "all the same", times(MIDDLING, 16)),
];

export const TINY_LEVELS: readonly Shape[] = [shapeOf("late", "a long node last", [...times(SHORT, 5), MIDDLING])];

/** The least that such a level can take: its longest node, or what there is to do shared out evenly. */
function shapeOf(name: string, title: string, napsMs: readonly number[]): Shape {
  const idealMs = Math.max(...napsMs, napsMs.reduce((sum, napMs) => sum + napMs, 0) / SLOTS);
  return { name, title, graph: levelOfNaps(napsMs), runCount: 1, idealMs };
}

function times(napMs: number, count: number): number[] {
  return Array.from({ length: count }, () => napMs);
}

/** The same way each time. A multiplier that shares no factor with a count below it visits each place once. */
function shuffled(napsMs: readonly number[]): number[] {
  return napsMs.map((_, i) => napsMs[(i * 97 + 13) % napsMs.length] ?? 0);
}
