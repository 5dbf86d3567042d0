/** A JSON value: what payloads, inputs and node results are made of. Numbers are finite doubles. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. Records that levelflow builds itself have no prototype, so `__proto__` is a key like any other. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export type JsonKind = "null" | "boolean" | "number" | "string" | "array" | "object";

/** The kind of a value, by the words that messages use (`docs/payload.md`). */
export function kindOf(value: JsonValue): JsonKind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as "boolean" | "number" | "string" | "object";
}

/** Whether a value is a JSON object: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
