import { syncBuiltinESMExports } from "node:module";
import FakeTimers from "@sinonjs/fake-timers";

type InstalledClock = ReturnType<typeof FakeTimers.install>;

const nextRealTurn = globalThis.setImmediate;

/** Nothing that could still happen would bring about what was waited for. */
export class StuckError extends Error {
  override readonly name = "StuckError";
}

/** Time that passes only when nothing is left to do at its moment. */
export interface VirtualTime {
  readonly now: () => number;
  /** Lets time pass until a promise settles; `StuckError` if it has not after `limitMs`, or if nothing is going to happen any more. */
  runUntil<T>(goal: Promise<T>, limitMs: number): Promise<T>;
}

/** The clock of this process, once it has been replaced. */
let clock: InstalledClock | undefined;

/**
 * Replaces timers and clocks of the process, those of `node:timers` and `node:timers/promises` included, from now on: what was started
 * before is forgotten, and time begins anew. Promises are left alone: they need no time.
 */
export function startVirtualTime(startMs = Date.UTC(2026, 0, 1)): VirtualTime {
  const installed = (clock ??= install(startMs));
  installed.reset();
  installed.setSystemTime(startMs);
  return {
    now: () => installed.now,
    runUntil: (goal, limitMs) => runUntil(installed, goal, limitMs),
  };
}

function install(startMs: number): InstalledClock {
  const installed = FakeTimers.install({
    now: startMs,
    toFake: [
      "setTimeout",
      "clearTimeout",
      "setImmediate",
      "clearImmediate",
      "setInterval",
      "clearInterval",
      "Date",
      "performance",
    ],
  });
  // Modules that have imported them by name get the new ones.
  syncBuiltinESMExports();
  return installed;
}

async function runUntil<T>(passing: InstalledClock, goal: Promise<T>, limitMs: number): Promise<T> {
  const limit = passing.now + limitMs;
  const wait = { isOver: false };
  const settle = (): void => void (wait.isOver = true);
  goal.then(settle, settle);
  for (;;) {
    // A real turn, in which every promise that can settle does.
    await new Promise((resolve) => nextRealTurn(resolve));
    if (wait.isOver) return goal;
    if (passing.countTimers() === 0) throw new StuckError("nothing is left to happen");
    if (passing.now > limit) throw new StuckError(`${String(limitMs)} ms were not enough`);
    passing.next();
  }
}
