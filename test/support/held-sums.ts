import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { defineNode, type AnyNodeDefinition } from "../../src/index.ts";

export interface HeldSums {
  /** `sum`, the sum of its inputs and 1, after `ms`; with `held` not before {@link release}. It needs no Redis. */
  readonly nodes: readonly AnyNodeDefinition[];
  /** Resolves once so many handlers are held. */
  held(count: number): Promise<void>;
  /** Lets all of them end, those to come as well. */
  release(): void;
}

/** Node types for runs that are to be in the middle of a handler while something happens. */
export function createHeldSums(): HeldSums {
  const waiting = new Map<number, () => void>();
  let heldCount = 0;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const sum = defineNode({
    type: "sum",
    data: z.object({ ms: z.number().default(0), held: z.boolean().default(false) }),
    inputs: z.array(z.number()),
    run: async ({ data, inputs, signal }) => {
      if (data.held) {
        heldCount += 1;
        waiting.get(heldCount)?.();
        await released;
      }
      if (data.ms > 0) await sleep(data.ms, undefined, { signal });
      return inputs.reduce((total, value) => total + value, 1);
    },
  });
  return {
    nodes: [sum],
    held: (count) => (heldCount >= count ? Promise.resolve() : new Promise((resolve) => waiting.set(count, resolve))),
    release,
  };
}
