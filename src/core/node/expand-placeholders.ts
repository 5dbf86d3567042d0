import type { JsonObject, JsonValue } from "../json/json-value.ts";
import { textForm } from "../text/text-form.ts";

/** Every data field in which a built-in type expands placeholders (`docs/payload.md`). */
export const PLACEHOLDER_FIELDS = [
  "text",
  "url",
  "label",
  "var_name",
  "field",
  "cache_key",
  "fields",
  "paths",
  "initial_value",
  "fallback_value",
] as const;

/** The context names that texts refer to: variables and constants are separate name spaces. */
export interface ContextReferences {
  readonly variables: ReadonlySet<string>;
  readonly consts: ReadonlySet<string>;
}

/** The values to insert, by name. A name that is missing leaves its placeholder as it stands. */
export interface ContextValues {
  readonly variables: ReadonlyMap<string, JsonValue>;
  readonly consts: ReadonlyMap<string, JsonValue>;
}

// Only these five blanks count, and only next to the braces.
const PLACEHOLDER = /\{\{[ \t\n\f\r]*(variable|const)\.([A-Za-z0-9_]+)[ \t\n\f\r]*\}\}/g;

/** Which context names the given fields of a node's data refer to. */
export function contextReferences(data: JsonObject, fields: readonly string[]): ContextReferences {
  const variables = new Set<string>();
  const consts = new Set<string>();
  for (const text of textsOf(ownValues(data, fields))) {
    for (const [, space, name = ""] of text.matchAll(PLACEHOLDER)) (space === "variable" ? variables : consts).add(name);
  }
  return { variables, consts };
}

/** Whether any text at any depth of `data`, whatever the field, holds a placeholder. Errs on the side of yes. */
export function hasContextPlaceholder(data: JsonValue): boolean {
  for (const text of textsOf([data])) {
    if (text.search(PLACEHOLDER) !== -1) return true;
  }
  return false;
}

/**
 * A copy of `data` with the placeholders in the given fields expanded, in text at any depth but not in object keys. Inserted text is
 * not searched again. Nested arrays and objects are walked without recursion, so depth is no danger.
 */
export function expandPlaceholders(data: JsonObject, fields: readonly string[], values: ContextValues): JsonObject {
  const result = emptyRecord();
  for (const [field, value] of Object.entries(data)) result[field] = value;
  for (const field of fields) {
    const value = Object.hasOwn(data, field) ? data[field] : undefined;
    if (value !== undefined) result[field] = expandValue(value, values);
  }
  return result;
}

type Container = JsonValue[] | Record<string, JsonValue>;

function expandValue(root: JsonValue, values: ContextValues): JsonValue {
  const pending: { source: JsonObject | readonly JsonValue[]; copy: Container }[] = [];
  const expand = (value: JsonValue): JsonValue => {
    if (typeof value === "string") return expandText(value, values);
    if (typeof value !== "object" || value === null) return value;
    const copy: Container = Array.isArray(value) ? [] : emptyRecord();
    pending.push({ source: value, copy });
    return copy;
  };
  const result = expand(root);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { source, copy } = next;
    for (const [key, value] of Object.entries(source)) (copy as Record<string, JsonValue>)[key] = expand(value);
  }
  return result;
}

function expandText(text: string, values: ContextValues): string {
  return text.replace(PLACEHOLDER, (placeholder: string, space: string, name: string) => {
    const value = (space === "variable" ? values.variables : values.consts).get(name);
    return value === undefined ? placeholder : textForm(value);
  });
}

/** A record without prototype, in which `__proto__` is a key like any other. */
function emptyRecord(): Record<string, JsonValue> {
  return Object.create(null) as Record<string, JsonValue>;
}

function ownValues(data: JsonObject, fields: readonly string[]): JsonValue[] {
  return fields.flatMap((field) => {
    const value = Object.hasOwn(data, field) ? data[field] : undefined;
    // Wrapped, since flatMap would open a list of texts.
    return value === undefined ? [] : [value];
  });
}

/** Every text inside the values, at any depth, object keys aside. */
function* textsOf(roots: readonly JsonValue[]): Generator<string> {
  const pending: JsonValue[] = [...roots];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value === "string") yield value;
    else if (typeof value === "object" && value !== null) {
      for (const item of Object.values<JsonValue>(value as JsonObject)) pending.push(item);
    }
  }
}
