import type { Step } from "./step.ts";

/** How many shorter sequences are tried at most. */
const MAX_TRIALS = 400;

/**
 * Fewer steps that still fail: parts are left out, large ones first, until no single step can be (Zeller's delta debugging, greedily).
 * A step that is left out leaves its time to the next.
 */
export async function shrinkSteps(
  steps: readonly Step[],
  fails: (fewer: readonly Step[]) => Promise<boolean>,
): Promise<readonly Step[]> {
  let smallest = steps;
  let trials = 0;
  for (let size = Math.ceil(steps.length / 2); size >= 1 && trials < MAX_TRIALS;) {
    let isShrunk = false;
    for (let start = 0; start < smallest.length && trials < MAX_TRIALS;) {
      const fewer = without(smallest, start, size);
      trials += 1;
      if (await fails(fewer)) {
        smallest = fewer;
        isShrunk = true;
      } else start += size;
    }
    if (!isShrunk || size > 1) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return smallest;
}

function without(steps: readonly Step[], start: number, count: number): readonly Step[] {
  const lostMs = steps.slice(start, start + count).reduce((sum, { afterMs }) => sum + afterMs, 0);
  const [next, ...rest] = steps.slice(start + count);
  const tail = next === undefined ? [] : [{ ...next, afterMs: next.afterMs + lostMs }, ...rest];
  return [...steps.slice(0, start), ...tail];
}
