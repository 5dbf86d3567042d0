import { createRandom } from "../random.ts";

/** Draws from a seed. */
export interface Chooser {
  /** Whether something of this likelihood, 0 to 1, comes to pass. */
  chance(likelihood: number): boolean;
  one<T>(items: readonly T[]): T;
  /** A whole number of both bounds and what lies between. */
  between(least: number, most: number): number;
  /** One of the items, by their weights; `undefined` if none has any. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T | undefined;
}

export function createChooser(seed: number): Chooser {
  const random = createRandom(seed);
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  return {
    between,
    chance: (likelihood) => random() < likelihood,
    one: (items) => items[between(0, items.length - 1)]!,
    weighted(items) {
      let left = random() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        if (left < weight) return item;
        left -= weight;
      }
      return undefined;
    },
  };
}
