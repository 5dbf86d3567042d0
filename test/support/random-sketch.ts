import type { PayloadNode } from "./payloads.ts";

/** What a node gives, as far as can be told without running it. */
export interface Shape {
  readonly kind: "number" | "string" | "array" | "object";
  /** Keys of an object; those of others are not known. */
  readonly keys: readonly string[];
  /** About how much text the result is, so that what is put into each other does not grow without bound. */
  readonly size: number;
}

export interface Draft extends Shape {
  readonly node: PayloadNode;
  readonly sources: readonly Draft[];
}

/** A workflow that is being drawn. */
export interface Sketch {
  readonly random: () => number;
  readonly drafts: Draft[];
  readonly ids: string[];
  /** Chance that something is chosen without regard to whether it fits, */
  readonly wildness: number;
  /** and after how many nodes: those that fail are then not always in the first levels. */
  readonly tameCount: number;
  /** How many of the latest nodes sources are taken from: few give deep workflows, many give wide ones. */
  readonly reach: number;
  /** Chance that a node which needs no input has some all the same, so that it stands in a later level. */
  readonly linkage: number;
  readonly accumulator: "number" | "string" | "array";
  readonly napMs: number | undefined;
  /** Adds a node of a kind that none is there of. */
  readonly constantOf: (sketch: Sketch, kind: Shape["kind"]) => Draft;
}

/** Results that seem to be larger are not put into others. */
export const LARGEST_SOURCE = 300;

export interface AddedShape extends Partial<Shape> {
  /** Whether an input more than it needs would change what it gives. */
  readonly takesAll?: boolean;
  readonly growth?: number;
}

export function add(sketch: Sketch, type: string, data: object, given: readonly Draft[], shape: AddedShape): Draft {
  const { kind = "object", keys = [], takesAll = false, growth = 1 } = shape;
  const sources = [...given];
  if (!takesAll)
    while (sketch.drafts.length > 0 && chance(sketch, sketch.linkage * 0.5)) sources.push(recent(sketch, () => true)!);
  const size = shape.size ?? 30 + growth * given.reduce((sum, source) => sum + source.size, 0);
  const id = sketch.ids.pop() ?? `extra ${sketch.drafts.length}`;
  const options = chance(sketch, 0.1) ? { options: drawOptions(sketch) } : {};
  const draft = { node: { id, type, data, ...options }, sources, kind, keys, size };
  sketch.drafts.push(draft);
  return draft;
}

/** Options that change nothing about what a node gives. */
function drawOptions(sketch: Sketch): object {
  const backoff = { type: "fixed", delayMs: 1 };
  return pick<object>(sketch.random, [{ attempts: 3, backoff }, { priority: 1 + below(sketch, 9) }, { timeoutMs: 600_000 }]);
}

/** A node to take an input from: one of the right kind, unless chance will have it otherwise. A new constant if there is none. */
export function take(sketch: Sketch, kind?: Shape["kind"]): Draft {
  const isAny = kind === undefined || isWild(sketch);
  return takeWhere(sketch, (draft) => isAny || draft.kind === kind, kind);
}

export function takeWhere(sketch: Sketch, fits: (draft: Draft) => boolean, kind: Shape["kind"] = "number"): Draft {
  return recent(sketch, (draft) => isSmall(draft) && fits(draft)) ?? sketch.constantOf(sketch, kind);
}

function recent({ drafts, random, reach }: Sketch, fits: (draft: Draft) => boolean): Draft | undefined {
  const near = drafts.slice(-reach).filter(fits);
  if (near.length > 0) return pick(random, near);
  return drafts.findLast(fits);
}

export function takeSome(sketch: Sketch, kind?: Shape["kind"]): Draft[] {
  const taken = Array.from({ length: 1 + below(sketch, 3) }, () => take(sketch, kind));
  // The same one again: two edges between the same two nodes.
  return chance(sketch, 0.3) ? [...taken, taken[0]!] : taken;
}

export function isFault({ keys }: Draft): boolean {
  return keys.includes("error");
}

export function isSmall({ size }: Draft): boolean {
  return size <= LARGEST_SOURCE;
}

export function chance({ random }: Sketch, probability: number): boolean {
  return random() < probability;
}

export function isWild(sketch: Sketch): boolean {
  return sketch.drafts.length >= sketch.tameCount && chance(sketch, sketch.wildness);
}

export function below({ random }: Sketch, bound: number): number {
  return Math.floor(random() * bound);
}

/** One of the good values, or, if chance will have it, one of the bad ones. */
export function choose<T>(sketch: Sketch, good: readonly T[], bad: readonly T[]): T {
  return pick(sketch.random, isWild(sketch) ? bad : good);
}

export function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

export function shuffle<T>(random: () => number, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
