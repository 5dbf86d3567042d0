import { nanosecondsToMs, parseDuration } from "../core/text/duration.ts";
import { quote } from "../core/text/quote.ts";

/** The options of a `retry` node that decide how long it waits. */
export interface RetryOptions {
  readonly max_attempts?: number | undefined;
  readonly backoff_strategy?: string | undefined;
  readonly initial_delay?: string | undefined;
  readonly max_delay?: string | undefined;
  readonly multiplier?: number | undefined;
}

/** What `backoff_strategy` may be. */
export const BACKOFF_STRATEGIES: readonly string[] = ["constant", "linear", "exponential"];
/** What absent options mean. */
export const RETRY_DEFAULTS = {
  max_attempts: 3,
  backoff_strategy: "exponential",
  initial_delay: "1s",
  max_delay: "30s",
  multiplier: 2,
} as const;
/** Shorter delays are none: no duration is finer. */
const SHORTEST_DELAY_MS = 1e-6;
/** Delays are saved up until a timer is worth it; timers do not do less. */
const SHORTEST_TIMER_MS = 1;

/** The first fault of the options. */
export function retryOptionsFault(options: RetryOptions): string | undefined {
  const { max_attempts: attempts, backoff_strategy: strategy, multiplier } = options;
  if (attempts !== undefined && !(Number.isInteger(attempts) && attempts >= 1)) {
    return `invalid max_attempts ${attempts}: use a whole number of at least 1`;
  }
  const delayFault = durationFault("initial_delay", options.initial_delay) ?? durationFault("max_delay", options.max_delay);
  if (delayFault !== undefined) return delayFault;
  if (strategy !== undefined && !BACKOFF_STRATEGIES.includes(strategy)) {
    return `invalid backoff_strategy ${quote(strategy)}: use constant, linear, or exponential`;
  }
  if (multiplier !== undefined && !(multiplier > 0)) return `invalid multiplier ${multiplier}: use a number greater than 0`;
  return undefined;
}

/**
 * How long to wait between `maxAttempts` attempts, in ms. Delays below a millisecond are added up; and there is an end to the list as
 * soon as no later delay can be one, so that a huge number of attempts costs no time by itself.
 */
export function* retryDelays(options: RetryOptions, maxAttempts: number): Generator<number> {
  const initialMs = parseMs(options.initial_delay ?? RETRY_DEFAULTS.initial_delay);
  const maxMs = parseMs(options.max_delay ?? RETRY_DEFAULTS.max_delay);
  let owedMs = 0;
  for (let attempt = 1; attempt < maxAttempts; attempt++) {
    const delayMs = Math.min(initialMs * growth(options, attempt), maxMs);
    // Delays that shrink or stay will not come back; those that grow start above none.
    if (!(delayMs >= SHORTEST_DELAY_MS)) break;
    owedMs += delayMs;
    if (owedMs < SHORTEST_TIMER_MS) continue;
    yield owedMs;
    owedMs = 0;
  }
  yield owedMs;
}

function growth(options: RetryOptions, attempt: number): number {
  switch (options.backoff_strategy ?? RETRY_DEFAULTS.backoff_strategy) {
    case "constant":
      return 1;
    case "linear":
      return attempt;
    default:
      return (options.multiplier ?? RETRY_DEFAULTS.multiplier) ** (attempt - 1);
  }
}

function durationFault(field: string, text: string | undefined): string | undefined {
  if (text === undefined || parseDuration(text) !== undefined) return undefined;
  return `invalid ${field} ${quote(text)}: use a duration like 500ms, 5s, 10m or 1h`;
}

function parseMs(text: string): number {
  return nanosecondsToMs(parseDuration(text) ?? 0n);
}
