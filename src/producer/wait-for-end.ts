import { LevelflowError } from "../core/errors/levelflow-error.ts";

/** Tells waiting callers that a run finished. One subscription serves all of a producer's handles. */
export interface FinishWatch {
  /** Notes the end of a run that is about to be enqueued, so that whoever waits for it later need not look whether it is over. */
  expect(runId: string): void;
  /** Takes that back, for a run that was there before. */
  forget(runId: string): void;
  /**
   * Calls back at once if the run may be over, at its end, and now and then in between in case the word was lost; tells whether it is the word.
   * Answers how to stop.
   */
  wake(runId: string, listener: (isTold: boolean) => void): Promise<() => void>;
}

export interface WaitForEndParams<T> {
  readonly runId: string;
  readonly watch: FinishWatch;
  /** Answers what is waited for once the run is over. `isTold`: there was word of that, if perhaps of an earlier epoch. */
  readonly look: (isTold: boolean) => Promise<T | undefined>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The longest that Node's timers take; whoever waits for longer than 24 days waits for ever. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Resolves when the run is over, with what a look at it answers then. */
export async function waitForEnd<T>({ runId, watch, look, timeoutMs, signal }: WaitForEndParams<T>): Promise<T> {
  signal?.throwIfAborted();
  if (timeoutMs !== undefined && !(typeof timeoutMs === "number" && timeoutMs >= 0)) {
    throw new LevelflowError("INVALID_SETTING", `result: timeoutMs ${String(timeoutMs)} is not a number of ms of at least 0`, {
      runId,
    });
  }
  const end = openPromise<T>();
  let isLooking = false;
  /** Who came while a look was under way: the word may be newer than what that sees. */
  let woken: { readonly isTold: boolean } | undefined;
  const check = (isTold: boolean): void => {
    if (isLooking) {
      woken = { isTold: isTold || woken?.isTold === true };
      return;
    }
    isLooking = true;
    look(isTold).then((found) => {
      isLooking = false;
      const again = woken;
      woken = undefined;
      if (found !== undefined) end.resolve(found);
      else if (again !== undefined) check(again.isTold);
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
    return await end.promise;
  } finally {
    unwatch?.();
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

interface OpenPromise<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/** A promise with its ends outside; Node 20 has no `Promise.withResolvers`. */
function openPromise<T>(): OpenPromise<T> {
  let ends: Omit<OpenPromise<T>, "promise"> = { resolve: () => undefined, reject: () => undefined };
  const promise = new Promise<T>((resolve, reject) => (ends = { resolve, reject }));
  // It may be rejected while nobody awaits it yet.
  promise.catch(() => undefined);
  return { promise, ...ends };
}

function resultTimeout(runId: string, timeoutMs: number): LevelflowError {
  return new LevelflowError("RESULT_TIMEOUT", `run ${runId} had not finished after ${String(timeoutMs)} ms; it goes on`, {
    runId,
  });
}
