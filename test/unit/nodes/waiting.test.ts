import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { delayNode } from "../../../src/nodes/delay-node.ts";
import { retryDelays, type RetryOptions } from "../../../src/nodes/retry-delays.ts";
import { retryNode } from "../../../src/nodes/retry-node.ts";
import { wait } from "../../../src/nodes/wait.ts";
import { runNode } from "./run-node.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;

async function isDoneAfter(promise: Promise<unknown>, durationMs: number): Promise<boolean> {
  let isDone = false;
  void promise.then(() => (isDone = true));
  await vi.advanceTimersByTimeAsync(durationMs);
  return isDone;
}

describe("wait", () => {
  test.each([0, -5, -Infinity])("does not wait %d ms", async (durationMs) => {
    await wait(durationMs, never);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("takes as long as it is told, beyond what one timer can do", async () => {
    const month = 31 * 24 * 3_600_000;
    const waiting = wait(month, never);
    expect(await isDoneAfter(waiting, month - 1)).toBe(false);
    expect(await isDoneAfter(waiting, 1)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("rejects at once with the signal's reason and leaves no timer", async () => {
    const controller = new AbortController();
    const reason = new Error("run cancelled");
    const waiting = wait(1_000_000, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    await expect(wait(0, controller.signal)).rejects.toBe(reason);
  });
});

describe("delay", () => {
  test("waits and passes its input on", async () => {
    const result = runNode(delayNode, { data: { duration: "1h" }, inputs: [3] });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await result).toEqual({ value: 3, duration: "1h", delayed: true });
  });

  test("honours its signal", async () => {
    const controller = new AbortController();
    const result = runNode(delayNode, { data: { duration: "200h" }, signal: controller.signal });
    const rejected = expect(result).rejects.toThrow("stop");
    await vi.advanceTimersByTimeAsync(1_000);
    controller.abort(new Error("stop"));
    await rejected;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("retryDelays", () => {
  test.each<[RetryOptions, number, number[]]>([
    [{}, 4, [1000, 2000, 4000]],
    [{}, 8, [1000, 2000, 4000, 8000, 16000, 30000, 30000]],
    [{ backoff_strategy: "linear", initial_delay: "10", max_delay: "25ms" }, 5, [10, 20, 25, 25]],
    [{ backoff_strategy: "constant", initial_delay: "7ms" }, 3, [7, 7]],
    [{ multiplier: 0.5, initial_delay: "8ms" }, 3, [8, 4]],
    [{}, 1, []],
    [{ initial_delay: "-1s" }, 5, []],
    [{ max_delay: "-1s" }, 5, []],
    [{ multiplier: 1e300, max_delay: "1s" }, 5, [1000, 1000, 1000, 1000]],
  ])("of %j over %i attempts", (options, maxAttempts, delays) => {
    expect([...retryDelays(options, maxAttempts)].filter((delayMs) => delayMs > 0)).toEqual(delays);
  });

  test.each<RetryOptions>([
    { initial_delay: "0", backoff_strategy: "constant" },
    { initial_delay: "0", backoff_strategy: "linear" },
    { initial_delay: "0" },
    { initial_delay: "-1h", multiplier: 10 },
    { max_delay: "0" },
    { initial_delay: "1ms", multiplier: 0.5 },
  ])("of %j end soon, whatever the number of attempts", (options) => {
    expect([...retryDelays(options, Number.MAX_SAFE_INTEGER)].length).toBeLessThan(100);
  });

  test("add up delays that are shorter than a timer", () => {
    const delays = [...retryDelays({ initial_delay: "1us", backoff_strategy: "constant" }, 10_001)];
    expect(delays.length).toBeLessThan(12);
    expect(delays.reduce((sum, delayMs) => sum + delayMs, 0)).toBeCloseTo(10, 6);
  });
});

describe("retry", () => {
  test("waits between its attempts, then reports the fault", async () => {
    const result = runNode(retryNode, { inputs: [{ error: "pump offline" }] });
    let failure: unknown;
    result.catch((error: unknown) => (failure = error));
    await vi.advanceTimersByTimeAsync(2_999);
    expect(failure).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(failure).toMatchObject({ message: "max retry attempts (3) reached: pump offline" });
  });

  test("honours its signal while it waits", async () => {
    const controller = new AbortController();
    const result = runNode(retryNode, { inputs: [{ error: "x" }], signal: controller.signal });
    const rejected = expect(result).rejects.toThrow("stop");
    await vi.advanceTimersByTimeAsync(500);
    controller.abort(new Error("stop"));
    await rejected;
    expect(vi.getTimerCount()).toBe(0);
  });
});
