import { DEFAULTS } from "../config/defaults.ts";
import type { NodeOptions } from "../workflow/workflow.ts";
import { backoffDelayMs } from "./backoff-delay.ts";

export interface DecideRetryParams {
  readonly options: NodeOptions;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** The least delay that the handler asked for, in ms. */
  readonly retryAfterMs?: number;
  readonly random: () => number;
}

/** How long to wait before the next attempt, in ms; `undefined` if none is left. */
export function decideRetry({ options, attempt, retryAfterMs, random }: DecideRetryParams): number | undefined {
  if (attempt >= (options.attempts ?? DEFAULTS.attempts)) return undefined;
  return backoffDelayMs({ backoff: options.backoff, attempt, retryAfterMs, random });
}
