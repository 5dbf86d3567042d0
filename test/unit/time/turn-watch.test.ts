import { describe, expect, test, vi } from "vitest";
import { TurnWatch } from "../../../src/core/time/turn-watch.ts";

describe("whoever waited for a turn", () => {
  test("has a new one, whoever else asks about it in between", async () => {
    let now = 0;
    const turns = new TurnWatch(() => now);
    let isOver = false;
    // Works for longer than a turn is, in each phase of the event loop.
    const work = (): void => {
      turns.current();
      now += 5;
      if (!isOver) setTimeout(work, 0);
    };
    setTimeout(work, 0);
    const wait = async (): Promise<number> => {
      let waitedCount = 0;
      for (; turns.isDue() && waitedCount < 100; waitedCount += 1) await turns.turn();
      return waitedCount;
    };
    const waited: Promise<number>[] = [];
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        turns.current();
        now += 5;
        waited.push(wait());
        resolve();
      });
    });
    expect(await Promise.all(waited)).toEqual([1]);
    isOver = true;
  });

  test("has it although the timers of the process were replaced meanwhile", async () => {
    vi.useFakeTimers();
    const turns = new TurnWatch(() => 0);
    turns.current();
    const turning = turns.turn();
    vi.useRealTimers();
    await turning;
    expect(turns.isDue()).toBe(false);
  });
});
