/** The wish of a user or a service manager that the process ends. */
export interface StopRequest {
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Leaves signals to Node again. */
  dispose(): void;
}

/** Listens for SIGINT and SIGTERM. The second one is for ending at once. */
export function listenForStop(onSecond: () => void): StopRequest {
  const controller = new AbortController();
  const listener = (): void => {
    if (controller.signal.aborted) onSecond();
    else controller.abort();
  };
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
    },
  };
}

/** Resolves when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => whenAborted(signal, resolve));
}

/** Calls back once when the signal is aborted, at once if it is. */
export function whenAborted(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) callback();
  else signal.addEventListener("abort", () => callback(), { once: true });
}
