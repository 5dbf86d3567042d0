import { TerminalError } from "../../core/errors/node-errors.ts";
import type { JsonValue } from "../../core/json/json-value.ts";

/** The value of a body of JSON text, `null` for none. The server has done what it was asked for, so other text is no reason to ask again. */
export function parseJsonBody(text: string): JsonValue {
  if (text === "") return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new TerminalError(`failed to parse response as JSON: ${reasonOf(error)}`);
  }
}

/** The engine's own message may quote the body, and with it a secret that the server echoes. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  if (message === "Unexpected end of JSON input") return "it ends too soon";
  const position = /\bat position (\d+)/.exec(message)?.[1];
  return position === undefined ? "it is other text" : `unexpected character at position ${position}`;
}
