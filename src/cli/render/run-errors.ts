import type { RunError } from "../../core/run/run-record.ts";
import type { Colors } from "../output.ts";
import { truncate } from "./display-width.ts";
import { escapeText } from "./escape-text.ts";
import { countOf } from "./format-time.ts";

const MAX_ERRORS = 20;
const MAX_MESSAGE = 2_000;

/** A run's errors, each with its code and where it happened. The message names the node. */
export function renderErrors(errors: readonly RunError[], colors: Colors): string[] {
  const lines = errors
    .slice(0, MAX_ERRORS)
    .flatMap((error) => [
      `${colors.red(error.code)}${colors.dim(placeOf(error))}`,
      `  ${truncate(escapeText(error.message.slice(0, MAX_MESSAGE)), MAX_MESSAGE)}`,
    ]);
  const rest = errors.length - MAX_ERRORS;
  return rest > 0 ? [...lines, colors.dim(`… and ${countOf(rest, "error")} more, see --json`)] : lines;
}

function placeOf({ level, attempt }: RunError): string {
  const parts = [level === undefined ? "" : `level ${level}`, attempt === undefined ? "" : `attempt ${attempt}`].filter(
    (part) => part !== "",
  );
  return parts.length === 0 ? "" : `  ${parts.join(", ")}`;
}
