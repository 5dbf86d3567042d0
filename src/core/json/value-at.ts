import type { JsonValue } from "./json-value.ts";

const ARRAY_INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * The value at a path of keys with dots between them, array indexes among them (`orders.0.id`); the value itself for the empty path.
 * Only what the value itself holds counts, nothing inherited. `undefined` if there is nothing at the path.
 */
export function valueAt(root: JsonValue, path: string): JsonValue | undefined {
  if (path === "") return root;
  let value: JsonValue | undefined = root;
  for (const step of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    if (Array.isArray(value) && !ARRAY_INDEX.test(step)) return undefined;
    value = (value as Readonly<Record<string, JsonValue>>)[step];
  }
  return value;
}
