import type { JsonObject } from "../json/json-value.ts";
import type { BuiltinType } from "./builtin-types.ts";

interface InferenceRule {
  readonly type: BuiltinType;
  /** Fields that must all be present. */
  readonly all?: readonly string[];
  /** Fields of which one must be present. */
  readonly any?: readonly string[];
}

/** In order: the first rule that matches names the type. */
const RULES: readonly InferenceRule[] = [
  { type: "number", all: ["value"] },
  { type: "text_input", all: ["text"] },
  { type: "visualization", all: ["mode"] },
  { type: "operation", all: ["op"] },
  { type: "text_operation", all: ["text_op"] },
  { type: "http", all: ["url"] },
  { type: "condition", all: ["condition"] },
  { type: "variable", all: ["var_name", "var_op"] },
  { type: "extract", any: ["field", "fields"] },
  { type: "transform", all: ["transform_type"] },
  { type: "accumulator", all: ["accum_op"] },
  { type: "counter", all: ["counter_op"] },
  { type: "switch", all: ["cases"] },
  { type: "join", all: ["join_strategy"] },
  { type: "split", all: ["paths"] },
  { type: "delay", all: ["duration"] },
  { type: "cache", all: ["cache_op", "cache_key"] },
  { type: "context_variable", all: ["context_name", "context_value"] },
  { type: "retry", any: ["max_attempts", "backoff_strategy"] },
  { type: "try_catch", any: ["fallback_value", "continue_on_error"] },
  { type: "timeout", all: ["timeout", "timeout_action"] },
];

/** Lists that say nothing about the type while they are empty. */
const COUNTED_LISTS: ReadonlySet<string> = new Set(["fields", "cases", "paths"]);

/** The type of a node that names none, told by the fields in its data; empty if they tell nothing. Empty texts count as present. */
export function inferType(data: JsonObject): string {
  const has = (field: string): boolean => isPresent(data, field);
  const rule = RULES.find(({ all, any }) => (all?.every(has) ?? true) && (any?.some(has) ?? true));
  return rule?.type ?? "";
}

function isPresent(data: JsonObject, field: string): boolean {
  const value = Object.hasOwn(data, field) ? data[field] : undefined;
  if (value === undefined || value === null) return false;
  return !(COUNTED_LISTS.has(field) && Array.isArray(value) && value.length === 0);
}
