import type { JsonObject, JsonValue } from "../core/json/json-value.ts";

/** An object without prototype from keys that come from data: `__proto__` and `constructor` are keys like any other. */
export function ownRecord(entries: Iterable<readonly [string, JsonValue]>): JsonObject {
  const record = Object.create(null) as Record<string, JsonValue>;
  for (const [key, value] of entries) record[key] = value;
  return record;
}

/** The value of an own key, `undefined` if there is none; what an object inherits does not count. */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
