/** Any JSON value. Objects are built with `Object.fromEntries` where keys come from data: `__proto__` is a key like any other. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A node's failure as a run lists it. */
export class Fault extends Error {
  readonly code: "NODE_FAILED" | "INVALID_NODE_DATA";

  constructor(message: string, code: Fault["code"] = "NODE_FAILED") {
    super(message);
    this.code = code;
  }
}

/** What nodes of a run share. */
export interface Shared {
  readonly variables: Map<string, Json>;
  readonly cache: Map<string, { readonly value: Json; readonly isOver: boolean }>;
  readonly context: { readonly variable: Map<string, Json>; readonly const: Map<string, Json> };
  accumulator: Json | undefined;
  counter: number;
}

export interface NodeData {
  readonly value: Json;
  readonly text: string;
  readonly mode: string;
  readonly op: string;
  readonly text_op: string;
  readonly separator?: string;
  readonly repeat_n: number;
  readonly condition: string;
  readonly max_iterations?: number;
  readonly cases?: readonly { readonly when: string; readonly value?: Json; readonly output_path?: string }[];
  readonly default_path?: string;
  readonly join_strategy: string;
  readonly max_concurrency?: number;
  readonly paths?: readonly string[];
  readonly field?: string;
  readonly fields?: readonly string[];
  readonly transform_type: string;
  readonly fallback_value?: Json;
  readonly continue_on_error?: boolean;
  readonly error_output_path?: string;
  readonly max_attempts: number;
  readonly retry_on_errors?: readonly string[];
  readonly timeout: string;
  readonly timeout_action?: string;
  readonly duration: string;
  readonly var_name: string;
  readonly var_op: string;
  readonly accum_op: string;
  readonly initial_value?: Json;
  readonly counter_op: string;
  readonly delta?: number;
  readonly cache_op: string;
  readonly cache_key: string;
  readonly ttl?: string;
  readonly context_name?: string;
  readonly context_value?: Json;
  readonly context_values?: readonly { readonly name: string; readonly value: Json; readonly type: string }[];
}

export type Rule = (data: NodeData, inputs: readonly Json[], shared: Shared) => Json;

/** A value where text is wanted. */
export function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function invalid(message: string): Fault {
  return new Fault(message, "INVALID_NODE_DATA");
}

export function first(inputs: readonly Json[], message: string): Json {
  const [value] = inputs;
  if (value === undefined) throw new Fault(message);
  return value;
}

export function kindOf(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

export function isObject(value: Json): value is { readonly [key: string]: Json } {
  return kindOf(value) === "object";
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function ownValue(value: Json, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function finite(type: string, value: number): number {
  if (!Number.isFinite(value)) throw new Fault(`${type} result is not a finite number`);
  return value;
}

/** The order of ids and keys: that of their UTF-8 bytes. Lone surrogates have none; they count as their code points. */
export function compareByBytes(a: string, b: string): number {
  const [left, right] = [Array.from(a, (letter) => letter.codePointAt(0)!), Array.from(b, (letter) => letter.codePointAt(0)!)];
  const differing = left.findIndex((point, index) => point !== right[index]);
  return differing < 0 ? left.length - right.length : left[differing]! - (right[differing] ?? -1);
}
