import { isJsonObject, type JsonValue } from "../../../src/core/json/json-value.ts";

/** JSON text on one line as people write it: `{ "a": [1, 2] }`. */
export function spacedJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => spacedJson(item)).join(", ")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spacedJson(item)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
