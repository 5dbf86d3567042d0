import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SILENT_LOGGER } from "../../../src/core/ports/logger.ts";
import { Ticker } from "../../../src/core/time/ticker.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Notes when it ticks, in ms from its start. */
function startTicker(tick: () => Promise<void> = async () => undefined) {
  const startedAt = performance.now();
  const ticks: number[] = [];
  const noting = (): Promise<void> => {
    ticks.push(performance.now() - startedAt);
    return tick();
  };
  const ticker = new Ticker(noting, { name: "the test", intervalMs: 100, log: SILENT_LOGGER });
  ticker.start();
  return { ticker, ticks };
}

describe("a ticker", () => {
  test("ticks at intervals until it is stopped, whatever a tick throws", async () => {
    const { ticker, ticks } = startTicker(() => Promise.reject(new Error("no")));
    await vi.advanceTimersByTimeAsync(350);
    await ticker.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ticks).toEqual([100, 200, 300]);
  });

  test("can be hurried while it waits, before it begins, and during a tick", async () => {
    const { ticker, ticks } = startTicker(async () => {
      if (ticks.length === 2) ticker.hurry(20);
    });
    ticker.hurry(10);
    await vi.advanceTimersByTimeAsync(60);
    expect(ticks).toEqual([10]);
    ticker.hurry(0);
    // Later than what is due anyway.
    ticker.hurry(500);
    await vi.advanceTimersByTimeAsync(70);
    expect(ticks).toEqual([10, 60, 80]);
  });

  test("is not woken once it is stopped", async () => {
    const { ticker, ticks } = startTicker();
    await vi.advanceTimersByTimeAsync(110);
    await ticker.stop();
    ticker.hurry(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ticks).toEqual([100]);
  });
});
