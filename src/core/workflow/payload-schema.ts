import { z } from "zod";
import type { JsonObject, JsonValue } from "../json/json-value.ts";
import { copyJson } from "./copy-json.ts";

const optionalText = z.string().nullish();

/** A node but for what depends on its type: `data` and `options` are read by `read-payload.ts`. */
export const nodeSchema = z.object({
  id: z.string(),
  type: optionalText,
  data: z.unknown().optional(),
  options: z.unknown().optional(),
});

export const edgeSchema = z.object({ id: optionalText, source: z.string(), target: z.string() });

/** A part of the list of nodes, or of edges: long ones are read part by part. */
export const nodesSchema = z.array(nodeSchema);
export const edgesSchema = z.array(edgeSchema);

/** A list or nothing, its items not looked at. */
const listOrNothing = z
  .unknown()
  .superRefine((value, issues) => {
    if (value === undefined || value === null || Array.isArray(value)) return;
    issues.addIssue({ code: "invalid_type", expected: "array", input: value });
  })
  .optional();

/** The payload's shape, down to the lists of nodes and edges. Keys that are not named here are never looked at. */
export const payloadSchema = z.object({
  workflow_id: optionalText,
  nodes: listOrNothing,
  edges: listOrNothing,
  options: z.unknown().optional(),
});

/** Any JSON value, copied. */
const anyJson = z.unknown().transform((given, context): JsonValue => {
  const copy = copyJson(given);
  if (copy.kind === "copied") return copy.value;
  context.addIssue({ code: "custom", path: [...copy.path], message: copy.message });
  return z.NEVER;
});

const switchCase = z
  .object({ when: optionalText, value: anyJson.optional(), output_path: optionalText })
  .transform(({ when, value, output_path }) => present({ when: when ?? "", value, output_path }));

const contextValue = z
  .object({ name: optionalText, value: anyJson.optional(), type: optionalText })
  .transform(({ name, value, type }) => ({ name: name ?? "", value: value ?? null, type: type ?? "" }));

const number = z.number();
const wholeNumber = z.int();
const text = z.string();
const textList = z.array(text);

/** The data fields of the built-in types, the same whatever the type, as `null` never reaches them. */
const dataFields = {
  value: number,
  delta: number,
  multiplier: number,
  repeat_n: wholeNumber,
  max_iterations: wholeNumber,
  max_concurrency: wholeNumber,
  max_attempts: wholeNumber,
  continue_on_error: z.boolean(),
  op: text,
  mode: text,
  label: text,
  text,
  text_op: text,
  url: text,
  separator: text,
  condition: text,
  true_path: text,
  false_path: text,
  var_name: text,
  var_op: text,
  field: text,
  transform_type: text,
  accum_op: text,
  counter_op: text,
  default_path: text,
  join_strategy: text,
  timeout: text,
  duration: text,
  cache_op: text,
  cache_key: text,
  ttl: text,
  backoff_strategy: text,
  initial_delay: text,
  max_delay: text,
  error_output_path: text,
  timeout_action: text,
  context_name: text,
  fields: textList,
  paths: textList,
  retry_on_errors: textList,
  cases: z.array(switchCase),
  context_values: z.array(contextValue),
  initial_value: anyJson,
  fallback_value: anyJson,
  context_value: anyJson,
};

/** Schemas of the known data fields, by name. */
export const DATA_FIELDS: ReadonlyMap<string, z.ZodType<JsonValue>> = new Map(Object.entries(dataFields));

/** What a schema takes as it is, told without it. The rest, faults above all, is the schema's. */
const PLAIN: ReadonlyMap<unknown, (value: unknown) => boolean> = new Map<unknown, (value: unknown) => boolean>([
  [number, Number.isFinite],
  [text, (value) => typeof value === "string"],
]);

/** Whether a field is sure to take a value unchanged. Most fields hold a text or a number, and a schema costs more than they do. */
export function isPlainValue(schema: z.ZodType, value: unknown): value is string | number {
  return PLAIN.get(schema)?.(value) === true;
}

/** Fields that only one type has, by type; for others they are unknown. What they may hold, the type checks itself when a node runs. */
export const TYPE_FIELDS: ReadonlyMap<string, typeof DATA_FIELDS> = new Map([
  ["http", new Map(["method", "headers", "body", "json", "response_type"].map((field) => [field, anyJson]))],
]);

/** Drops what is absent. */
function present(entries: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const object: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(entries)) {
    if (value !== undefined && value !== null) object[key] = value;
  }
  return object;
}
