import { DEFAULTS } from "../config/defaults.ts";
import type { Backoff } from "../workflow/workflow.ts";

const DEFAULT_BACKOFF: Backoff = {
  type: "exponential",
  delayMs: DEFAULTS.backoffDelayMs,
  maxDelayMs: DEFAULTS.backoffMaxDelayMs,
  jitter: DEFAULTS.backoffJitter,
};

/** More would be infinite, and 0 times that no number. */
const MAX_DOUBLINGS = 1_023;

export interface BackoffParams {
  readonly backoff: Backoff | undefined;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** The least delay that the handler asked for, in ms. */
  readonly retryAfterMs: number | undefined;
  /** Draws from 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
}

/**
 * How long to wait before the next attempt, in whole ms. Jitter takes away a random share of the delay, never adds, so `maxDelayMs`
 * holds; what the handler asked for is waited out in full.
 */
export function backoffDelayMs({ backoff = DEFAULT_BACKOFF, attempt, retryAfterMs = 0, random }: BackoffParams): number {
  const grown = backoff.type === "fixed" ? backoff.delayMs : backoff.delayMs * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS);
  const capped = Math.min(grown, backoff.maxDelayMs);
  const jittered = capped * (1 - backoff.jitter * random());
  return Math.ceil(Math.max(jittered, retryAfterMs, 0));
}
