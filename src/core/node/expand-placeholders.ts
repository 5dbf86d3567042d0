import type { JsonObject, JsonValue } from "../json/json-value.ts";

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

/** What a placeholder stands for: `{{variable.NAME}}`, `{{const.NAME}}`, `{{secret.NAME}}`, or `{{input.PATH}}` and `{{input}}`. */
export interface PlaceholderReference {
  readonly space: "variable" | "const" | "secret" | "input";
  /** For `input` the path, without a leading dot and empty for the input as a whole. */
  readonly name: string;
}

/** Gives the text to insert. `undefined` leaves the placeholder as it stands. */
export type PlaceholderLookup = (reference: PlaceholderReference, field: string) => string | undefined;

// Only these five blanks count, and only next to the braces.
const PLACEHOLDER = /\{\{[ \t\n\f\r]*(?:(variable|const|secret)\.([A-Za-z0-9_]+)|input((?:\.[A-Za-z0-9_-]+)*))[ \t\n\f\r]*\}\}/g;

/** Whether any text at any depth may be more than plain: most data have no braces, and need not be searched for what is between them. */
export function mayHavePlaceholders(data: JsonObject): boolean {
  for (const value of Object.values(data)) {
    if (typeof value === "string" ? value.includes("{{") : typeof value === "object" && value !== null) return true;
  }
  return false;
}

/** Every placeholder in the given fields of a node's data. */
export function findPlaceholders(data: JsonObject, fields: readonly string[]): PlaceholderReference[] {
  return [...placeholdersOf(ownValues(data, fields))];
}

/** Whether any text at any depth of `data`, whatever the field, refers to a variable or constant. Errs on the side of yes. */
export function hasContextPlaceholder(data: JsonObject): boolean {
  if (!mayHavePlaceholders(data)) return false;
  for (const { space } of placeholdersOf([data])) {
    if (space === "variable" || space === "const") return true;
  }
  return false;
}

/**
 * A copy of `data` with the placeholders in the given fields expanded, in text at any depth but not in object keys. Inserted text is
 * not searched again. Nested arrays and objects are walked without recursion, so depth is no danger.
 */
export function expandPlaceholders(data: JsonObject, fields: readonly string[], lookup: PlaceholderLookup): JsonObject {
  const result = emptyRecord();
  for (const [field, value] of Object.entries(data)) result[field] = value;
  for (const field of fields) {
    const value = Object.hasOwn(data, field) ? data[field] : undefined;
    if (value !== undefined) result[field] = expandValue(value, (reference) => lookup(reference, field));
  }
  return result;
}

type Container = JsonValue[] | Record<string, JsonValue>;
type FieldLookup = (reference: PlaceholderReference) => string | undefined;

function expandValue(root: JsonValue, lookup: FieldLookup): JsonValue {
  const pending: { source: JsonObject | readonly JsonValue[]; copy: Container }[] = [];
  const expand = (value: JsonValue): JsonValue => {
    if (typeof value === "string") return expandText(value, lookup);
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

function expandText(text: string, lookup: FieldLookup): string {
  return text.replace(PLACEHOLDER, (placeholder: string, space?: string, name?: string, path?: string) => {
    return lookup(toReference(space, name, path)) ?? placeholder;
  });
}

function toReference(space: string | undefined, name = "", path = ""): PlaceholderReference {
  if (space === undefined) return { space: "input", name: path.slice(1) };
  return { space: space as PlaceholderReference["space"], name };
}

function* placeholdersOf(roots: readonly JsonValue[]): Generator<PlaceholderReference> {
  for (const text of textsOf(roots)) {
    for (const [, space, name, path] of text.matchAll(PLACEHOLDER)) yield toReference(space, name, path);
  }
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
