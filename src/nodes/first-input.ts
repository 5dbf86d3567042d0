import { TerminalError } from "../core/errors/node-errors.ts";
import type { JsonValue } from "../core/json/json-value.ts";

/** The first input; without one the node fails with `message`. */
export function firstInput(inputs: readonly JsonValue[], message: string): JsonValue {
  const [first] = inputs;
  if (first === undefined) throw new TerminalError(message);
  return first;
}
