/** A long computation in steps: it yields where others may have the event loop. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Items that a loop over many handles between two steps: well under a millisecond of work. */
export const ITEMS_A_STEP = 256;

/** How long steps run in one turn of the event loop, all computations of the process taken together. */
const TURN_MS = 5;

/**
 * Does work on so many items in steps of `size`. The loop over the items belongs into `work`: in a generator itself the engine leaves long
 * loops unoptimised, which makes them many times slower.
 */
export function* inSlices(count: number, size: number, work: (start: number, end: number) => void): Steps<void> {
  for (let start = 0; start < count; start += size) {
    work(start, Math.min(start + size, count));
    if (start + size < count) yield;
  }
}

/** Does all steps at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Does the steps a few at a time and lets the event loop turn in between. What takes one step is done when this returns, and is answered
 * without a promise: most work is, and a promise would cost it more than it does. Computations that are under way together share each turn, first come, first served: the process has one event loop, so this is one queue.
 */
export function inTurns<T>(steps: Steps<T>): T | Promise<T> {
  const first = steps.next();
  return first.done === true ? first.value : goOn(steps);
}

async function goOn<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    await nextTurn();
    const startedAt = performance.now();
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() - startedAt < TURN_MS);
  }
}

/** Who waits for a turn of the event loop: one of them has each. */
const waiting: (() => void)[] = [];

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(giveTurn);
  });
}

function giveTurn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(giveTurn);
}
