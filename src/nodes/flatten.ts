import type { JsonValue } from "../core/json/json-value.ts";
import { isJsonArray } from "./is-json-array.ts";

/** Opens arrays inside the array at every depth; objects stay. Keeps a stack of its own, so depth is no danger. */
export function flatten(items: readonly JsonValue[]): JsonValue[] {
  const flat: JsonValue[] = [];
  const open = [items.values()];
  for (let current = open.at(-1); current !== undefined; current = open.at(-1)) {
    const next = current.next();
    if (next.done === true) open.pop();
    else if (isJsonArray(next.value)) open.push(next.value.values());
    else flat.push(next.value);
  }
  return flat;
}
