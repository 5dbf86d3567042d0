import { InvalidWorkflowError } from "../core/errors/levelflow-error.ts";
import { JsonTooLargeError, NotJsonError, toJsonText } from "../core/json/to-json-text.ts";
import type { JsonValue } from "../core/json/json-value.ts";
import type { WorkflowLimits } from "../core/workflow/limits.ts";

/** A run's input that has been checked. */
export interface RunInput {
  readonly text: string;
  /** What the text says, and not what a getter or a proxy may give when it is asked again. */
  readonly value: JsonValue;
}

/** Checks an input; `undefined` if there is none. `INVALID_WORKFLOW` with the place of what is not JSON, or with the limit it exceeds. */
export function readInput(input: JsonValue | undefined, { maxPayloadBytes }: WorkflowLimits): RunInput | undefined {
  if (input === undefined) return undefined;
  try {
    const text = toJsonText(input, maxPayloadBytes);
    return { text, value: JSON.parse(text) as JsonValue };
  } catch (error) {
    if (error instanceof JsonTooLargeError) throw invalidInput(`${error.message} (maxPayloadBytes)`);
    if (error instanceof NotJsonError) throw invalidInput(error.message);
    throw error;
  }
}

function invalidInput(message: string): InvalidWorkflowError {
  return new InvalidWorkflowError(`the run's input ${message}`, [{ path: "input", message }]);
}
