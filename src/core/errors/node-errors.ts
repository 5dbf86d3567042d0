/** Thrown by a handler for what no retry can mend: the node fails at once, whatever attempts are left. */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
}

/** Thrown by a handler to say when to try again. It uses an attempt, like any error; without one left the node fails. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
  /** The least time until the next attempt, in ms; the node's backoff decides if it is not given. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}
