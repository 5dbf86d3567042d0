import type { JsonValue } from "../core/json/json-value.ts";

/** `Array.isArray` for JSON values; the original widens readonly arrays to `any[]`. */
export function isJsonArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
