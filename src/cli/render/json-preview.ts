import type { JsonValue } from "../../core/json/json-value.ts";
import { truncate } from "./display-width.ts";
import { escapeText } from "./escape-text.ts";
import { countOf } from "./format-time.ts";

/** How much of a value a terminal is shown. */
const MAX_LINES = 40;

/** The escaped lines of a value as indented JSON: all of it, or what is sensible in a terminal of `width` columns. */
export function previewJson(value: JsonValue, width: number | undefined): string[] {
  const lines = JSON.stringify(value, undefined, 2).split("\n");
  if (width === undefined) return lines.map(escapeText);
  const shown = lines.length > MAX_LINES ? lines.slice(0, MAX_LINES) : lines;
  const cut = shown.map((line) => truncate(escapeText(line.slice(0, width * 4)), width));
  return lines.length > shown.length ? [...cut, `… and ${countOf(lines.length - shown.length, "line")} more: use --json`] : cut;
}
