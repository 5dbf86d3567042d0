import { z } from "zod";
import { TerminalError } from "../core/errors/node-errors.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData, choice, wholeNumber } from "./builtin-data.ts";
import { errorOfFault } from "./fault.ts";
import { firstInput } from "./first-input.ts";
import { BACKOFF_STRATEGIES, RETRY_DEFAULTS, retryDelays, retryOptionsFault } from "./retry-delays.ts";
import { wait } from "./wait.ts";

/** `retry`: passes a value on, or reports a fault after its attempts. A fault never heals, so what it does in between is wait. */
export const retryNode = defineNode({
  type: "retry",
  description: "Passes a value on; one that reports an error makes it wait as between attempts, and fail.",
  data: builtinData(
    {
      max_attempts: wholeNumber(1, "Attempts, with a wait before each but the first.").default(RETRY_DEFAULTS.max_attempts),
      backoff_strategy: choice(BACKOFF_STRATEGIES, "How the waits grow.").default(RETRY_DEFAULTS.backoff_strategy),
      initial_delay: z.string().default(RETRY_DEFAULTS.initial_delay).describe("The first wait: a duration."),
      max_delay: z.string().default(RETRY_DEFAULTS.max_delay).describe("The longest wait: a duration."),
      multiplier: z.number().default(RETRY_DEFAULTS.multiplier).describe("Growth of an exponential wait; above 0."),
      retry_on_errors: z
        .array(z.string())
        .default([])
        .describe("Errors that are worth a wait: parts of their messages. An empty list means all."),
    },
    { check: retryOptionsFault },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  async run({ data, inputs, signal }) {
    const value = firstInput(inputs, "retry node requires at least one input");
    const error = errorOfFault(value);
    if (error === undefined) return { value, attempts: 1, success: true };
    const message = typeof error === "string" ? error : "";
    if (!isRetried(message, data.retry_on_errors)) throw new TerminalError(`error not in retry list: ${message}`);
    const { max_attempts: maxAttempts } = data;
    for (const delayMs of retryDelays(data, maxAttempts)) await wait(delayMs, signal);
    throw new TerminalError(`max retry attempts (${maxAttempts}) reached: ${message}`);
  },
});

function isRetried(message: string, retryOnErrors: readonly string[]): boolean {
  return retryOnErrors.length === 0 || retryOnErrors.some((part) => message.includes(part));
}
