import type { Dispatcher } from "undici";
import { RetryableError, TerminalError } from "../../core/errors/node-errors.ts";
import { parseRetryAfter } from "./retry-after.ts";

export type Response = Dispatcher.ResponseData;

/** How much of a body that nobody reads is taken in so that its connection can be used again. */
const MAX_DISCARDED_BYTES = 64 * 1024;

/** Lets 2xx pass. A server that is busy or broken may answer later, perhaps after the time it asks for; other answers stay as they are. */
export async function requireSuccess(response: Response, signal: AbortSignal): Promise<void> {
  const { statusCode } = response;
  if (statusCode >= 200 && statusCode <= 299) return;
  await discardBody(response, signal);
  const message = `HTTP request returned error status: ${statusCode}`;
  if (statusCode < 500 && statusCode !== 429) throw new TerminalError(message);
  const retryAfterMs = parseRetryAfter(headerOf(response, "retry-after"), Date.now());
  throw new RetryableError(message, retryAfterMs === undefined ? {} : { retryAfterMs });
}

export async function discardBody({ body }: Response, signal: AbortSignal): Promise<void> {
  try {
    await body.dump({ limit: MAX_DISCARDED_BYTES, signal });
  } catch {
    // Its connection is gone; what counts is the status, which is known.
  }
}

/** The value of a header; one that is given several times is joined. */
export function headerOf({ headers }: Response, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}
