import { LevelflowError } from "../core/errors/levelflow-error.ts";

/** Tells waiting callers that a run finished. One subscription serves all of a producer's handles. */
export interface FinishWatch {
  /** Calls back at the end of the run, and now and then in between in case the word was lost. Answers how to stop. */
  wake(runId: string, listener: () => void): Promise<() => void>;
}

export interface WaitForEndParams {
  readonly runId: string;
  readonly watch: FinishWatch;
  readonly isOver: () => Promise<boolean>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The longest that Node's timers take; whoever waits for longer than 24 days waits for ever. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Resolves when the run is over. */
export async function waitForEnd({ runId, watch, isOver, timeoutMs, signal }: WaitForEndParams): Promise<void> {
  signal?.throwIfAborted();
  if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
    throw new LevelflowError("INVALID_SETTING", `result: timeoutMs ${String(timeoutMs)} is not a number of ms of at least 0`, {
      runId,
    });
  }
  const end = openPromise();
  let isLooking = false;
  let isWoken = false;
  const check = (): void => {
    isWoken = isLooking;
    if (isLooking) return;
    isLooking = true;
    isOver().then((over) => {
      isLooking = false;
      if (over) end.resolve();
      // The word may have come after the look.
      else if (isWoken) check();
    }, end.reject);
  };
  const abort = (): void => end.reject(signal?.reason);
  const timer =
    timeoutMs === undefined || timeoutMs > MAX_TIMER_MS
      ? undefined
      : setTimeout(() => end.reject(resultTimeout(runId, timeoutMs)), timeoutMs);
  signal?.addEventListener("abort", abort, { once: true });
  let unwatch: (() => void) | undefined;
  try {
    unwatch = await watch.wake(runId, check);
    check();
    await end.promise;
  } finally {
    unwatch?.();
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

interface OpenPromise {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** A promise with its ends outside; Node 20 has no `Promise.withResolvers`. */
function openPromise(): OpenPromise {
  let ends: Omit<OpenPromise, "promise"> = { resolve: () => undefined, reject: () => undefined };
  const promise = new Promise<void>((resolve, reject) => (ends = { resolve, reject }));
  // It may be rejected while nobody awaits it yet.
  promise.catch(() => undefined);
  return { promise, ...ends };
}

function resultTimeout(runId: string, timeoutMs: number): LevelflowError {
  return new LevelflowError("RESULT_TIMEOUT", `run ${runId} had not finished after ${String(timeoutMs)} ms; it goes on`, {
    runId,
  });
}
