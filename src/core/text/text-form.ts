import type { JsonValue } from "../json/json-value.ts";

/** A value as text: a string is itself, anything else compact JSON (`1e+21`, `null`, `[1,"a b"]`; minus zero is `0`). */
export function textForm(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
