import { HOSTILE_TEXTS } from "./hostile-texts.ts";
import type { Payload } from "./payloads.ts";
import { constantOf, delay, RECIPES, type Recipe } from "./random-recipes.ts";
import { pick, shuffle, type Draft, type Sketch } from "./random-sketch.ts";
import { createRandom } from "./random.ts";

export interface DrawOptions {
  /** How long `delay` nodes wait, of which there are then many, in at least 12 nodes. @default hardly, in few of them */
  readonly napMs?: number;
}

const MOST_NODES = 40;
/** Ids that UTF-16 and UTF-8 sort differently, that look like numbers, or that differ in little. */
const ORDER_TEXTS = ["～", "ﬀ", "😀a", "𐀀", "10", "2", "B", "_", "a", "b", "Z", "~", "hasOwnProperty", "valueOf", "length"];

/** A workflow that a seed repeats. Most complete; some fail, at a node or at several, for reasons that their data and inputs give. */
export function drawDag(seed: number, { napMs }: DrawOptions = {}): Payload {
  const random = createRandom(seed);
  const least = napMs === undefined ? 1 : 12;
  const count = least + Math.floor(random() * (MOST_NODES - least + 1));
  const sketch: Sketch = {
    random,
    drafts: [],
    ids: [],
    wildness: random() < 0.65 ? 0 : random() * 0.4,
    tameCount: random() * count,
    reach: 1 + Math.floor(random() ** 2 * MOST_NODES),
    linkage: random() * 0.8,
    accumulator: pick(random, ["number", "string", "array"] as const),
    napMs,
    constantOf,
  };
  sketch.ids.push(...drawIds(random));
  const recipes = drawRecipes(random, napMs !== undefined);
  while (sketch.drafts.length < count) pick(random, recipes)(sketch);
  return toPayload(sketch);
}

/** All of them, or a few: workflows of few types bring those together more often. */
function drawRecipes(random: () => number, hasNaps: boolean): readonly Recipe[] {
  const share = random() < 0.5 ? 1 : 0.15;
  const drawn = RECIPES.filter(() => random() < share);
  const recipes = drawn.length === 0 ? RECIPES : drawn;
  return hasNaps ? [...recipes, ...Array<Recipe>(Math.ceil(recipes.length / 4)).fill(delay)] : recipes;
}

function drawIds(random: () => number): string[] {
  // Lone surrogates have no UTF-8 bytes, so where they sort among what lies behind them is nowhere said: they do not meet.
  const hasLoneSurrogates = random() < 0.2;
  const isDrawn = (id: string): boolean => (hasLoneSurrogates ? !/[\ue000-\u{10ffff}]/u.test(id) : id.isWellFormed());
  const special = [...HOSTILE_TEXTS, ...ORDER_TEXTS].filter(isDrawn);
  const prefixes = ["n", "N", "é", "n:", "😀"].filter(isDrawn);
  const share = random();
  const ids = Array.from({ length: 2 * MOST_NODES }, (_, i) => `${pick(random, prefixes)}${i}`);
  return shuffle(random, [...ids, ...special.filter(() => random() < share * 2)]);
}

/** Nodes in any order, and edges in any order that leaves each node its order of inputs. */
function toPayload({ drafts, random }: Sketch): Payload {
  const edges = shuffle(
    random,
    drafts.flatMap((draft) => draft.sources.map(() => draft)),
  );
  const used = new Map<Draft, number>();
  return {
    nodes: shuffle(
      random,
      drafts.map(({ node }) => node),
    ),
    edges: edges.map((draft) => {
      const index = used.get(draft) ?? 0;
      used.set(draft, index + 1);
      return { source: draft.sources[index]!.node.id, target: draft.node.id };
    }),
  };
}
