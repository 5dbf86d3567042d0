import { formatDuration } from "../../core/text/duration.ts";
import { MAX_TIMER_MS } from "../wait.ts";

/**
 * Runs `task` with a signal that is aborted with `signal` and when the time is up. Rejects with the signal's reason, or with an error that
 * names the limit; does not wait for a task that ignores its signal. Leaves no timer behind.
 */
export async function withTimeLimit<T>(
  limitMs: number,
  signal: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const limited = new AbortController();
  const onAbort = (): void => limited.abort(signal.reason);
  const timer = setTimeout(() => limited.abort(new Error(limitMessage(limitMs))), Math.min(limitMs, MAX_TIMER_MS));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([rejectOnAbort(limited.signal), task(limited.signal)]);
  } catch (error) {
    // The task's own error after an abort only tells that it was interrupted.
    throw limited.signal.aborted ? limited.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

function limitMessage(limitMs: number): string {
  return `HTTP request failed: it took longer than the limit of ${formatDuration(BigInt(Math.round(limitMs)) * 1_000_000n)}`;
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
