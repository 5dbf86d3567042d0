import { z } from "zod";
import { TerminalError } from "../core/errors/node-errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/json/json-value.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { formatDuration, parseDuration } from "../core/text/duration.ts";
import { quote } from "../core/text/quote.ts";
import { builtinData, choice } from "./builtin-data.ts";
import { firstInput } from "./first-input.ts";
import { ownValue } from "./own-record.ts";

/** Used if `timeout` is absent. */
const DEFAULT_TIMEOUT = "30s";
const ACTIONS: readonly string[] = ["error", "continue_with_partial"];

/** `timeout`: compares a time that its input reports with a limit; nothing is timed. */
export const timeoutNode = defineNode({
  type: "timeout",
  description: "Compares the execution time that a value reports with a limit; it times nothing itself.",
  data: builtinData(
    {
      timeout: z.string().default(DEFAULT_TIMEOUT).describe("The limit: a duration."),
      timeout_action: choice(ACTIONS, "What to do above the limit: fail, or mark the result.").default("error"),
    },
    { check: (data) => optionsFault(data.timeout, data.timeout_action) },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }): JsonObject {
    const value = firstInput(inputs, "timeout node requires at least one input");
    const limit = parseDuration(data.timeout) ?? 0n;
    const reported = reportedTime(value);
    const executionTime = formatDuration(reported ?? 0n);
    const isOver = reported !== undefined && reported > limit;
    if (isOver && data.timeout_action !== "continue_with_partial") {
      throw new TerminalError(`operation timed out after ${executionTime} (limit: ${formatDuration(limit)})`);
    }
    const result = { value, timeout_duration: formatDuration(limit), execution_time: executionTime, timed_out: isOver };
    return isOver ? { ...result, timeout_exceeded: true, partial_result: true } : result;
  },
});

function optionsFault(timeout: string, action: string): string | undefined {
  if (parseDuration(timeout) === undefined) return `invalid timeout duration: ${timeout}`;
  return ACTIONS.includes(action) ? undefined : `invalid timeout_action ${quote(action)}: use error or continue_with_partial`;
}

/** The execution time that an object reports, in ns; `undefined` if it reports none that can be read. */
function reportedTime(value: JsonValue): bigint | undefined {
  const text = isJsonObject(value) ? ownValue(value, "execution_time") : undefined;
  return typeof text === "string" ? parseDuration(text) : undefined;
}
