/** The longest time that one timer takes; Node fires a longer one at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits, not at all if `durationMs` is 0 or negative. Rejects with the signal's reason as soon as it is aborted and leaves no timer or
 * listener behind. Never ends early, whatever the duration: time is taken from the monotonic clock.
 */
export async function wait(durationMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const endsAt = performance.now() + durationMs;
  for (let leftMs = durationMs; leftMs > 0; leftMs = endsAt - performance.now()) {
    await timer(Math.min(Math.ceil(leftMs), MAX_TIMER_MS), signal);
  }
}

function timer(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timeout);
      reject(signal.reason as Error);
    };
    const timeout = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, durationMs);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
