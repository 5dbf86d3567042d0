import { z } from "zod";
import { TerminalError } from "../core/errors/node-errors.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData } from "./builtin-data.ts";
import { errorOfFault } from "./fault.ts";
import { firstInput } from "./first-input.ts";
import { retryDelays, retryOptionsFault } from "./retry-delays.ts";
import { wait } from "./wait.ts";

/** Used if `max_attempts` is absent. */
const DEFAULT_MAX_ATTEMPTS = 3;

/** `retry`: passes a value on, or reports a fault after its attempts. A fault never heals, so what it does in between is wait. */
export const retryNode = defineNode({
  type: "retry",
  data: builtinData(
    {
      max_attempts: z.number().optional(),
      backoff_strategy: z.string().optional(),
      initial_delay: z.string().optional(),
      max_delay: z.string().optional(),
      multiplier: z.number().optional(),
      retry_on_errors: z.array(z.string()).optional(),
    },
    { check: retryOptionsFault },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  async run({ data, inputs, signal }) {
    const value = firstInput(inputs, "retry node requires at least one input");
    const error = errorOfFault(value);
    if (error === undefined) return { value, attempts: 1, success: true };
    const message = typeof error === "string" ? error : "";
    if (!isRetried(message, data.retry_on_errors ?? [])) throw new TerminalError(`error not in retry list: ${message}`);
    const maxAttempts = data.max_attempts ?? DEFAULT_MAX_ATTEMPTS;
    for (const delayMs of retryDelays(data, maxAttempts)) await wait(delayMs, signal);
    throw new TerminalError(`max retry attempts (${maxAttempts}) reached: ${message}`);
  },
});

function isRetried(message: string, retryOnErrors: readonly string[]): boolean {
  return retryOnErrors.length === 0 || retryOnErrors.some((part) => message.includes(part));
}
