import {
  Fault,
  finite,
  first,
  invalid,
  kindOf,
  textOf,
  type Json,
  type NodeData,
  type Rule,
  type Shared,
} from "./reference-values.ts";

/** The types whose nodes change or read what a run shares. */
export const STATEFUL_NODES: Readonly<Record<string, Rule>> = {
  variable,
  accumulator,
  counter,
  cache,
  context_variable: (data, _inputs, shared) => defineContext("context_variable", data, shared.context.variable),
  context_constant: (data, _inputs, shared) => defineContext("context_constant", data, shared.context.const),
};

function variable({ var_name, var_op: operation }: NodeData, inputs: readonly Json[], { variables }: Shared): Json {
  if (operation !== "set" && operation !== "get") {
    throw new Fault(`unsupported variable operation: ${operation} (use 'get' or 'set')`);
  }
  if (operation === "set") variables.set(var_name, first(inputs, "variable set operation requires input value"));
  const value = variables.get(var_name);
  if (value === undefined) throw new Fault(`variable '${var_name}' not found`);
  return { var_name, operation, value };
}

function accumulator({ accum_op: operation, initial_value }: NodeData, inputs: readonly Json[], shared: Shared): Json {
  const initials: Readonly<Record<string, Json>> = { sum: 0, product: 1, count: 0, concat: "", array: [] };
  const initial = initials[operation];
  if (initial === undefined) throw invalid(`unsupported accumulator operation: ${operation}`);
  if (initial_value !== undefined && kindOf(initial_value) !== kindOf(initial)) {
    throw invalid(`invalid initial_value ${JSON.stringify(initial_value)}: use ${withArticle(kindOf(initial))}`);
  }
  const before = shared.accumulator ?? initial_value ?? initial;
  const [input] = inputs;
  const value = input === undefined ? before : gather(operation, kindOf(initial), before, input);
  shared.accumulator = value;
  return { operation, value };
}

function gather(operation: string, kind: string, before: Json, input: Json): Json {
  if (kindOf(before) !== kind) throw new Fault(`accumulator value is not ${withArticle(kind)}`);
  switch (operation) {
    case "count":
      return (before as number) + 1;
    case "array":
      return [...(before as readonly Json[]), input];
    case "concat":
      if (typeof input !== "string") throw new Fault(`concat accumulator requires string input, got ${kindOf(input)}`);
      return (before as string) + input;
    default:
      if (typeof input !== "number") throw new Fault(`${operation} accumulator requires numeric input, got ${kindOf(input)}`);
      return finite("accumulator", operation === "sum" ? (before as number) + input : (before as number) * input);
  }
}

function withArticle(kind: string): string {
  return kind === "array" ? "an array" : `a ${kind}`;
}

function counter({ counter_op: operation, delta = 1, initial_value }: NodeData, _inputs: readonly Json[], shared: Shared): Json {
  const before = (initial_value as number | undefined) ?? shared.counter;
  const values: Readonly<Record<string, number>> = {
    increment: before + delta,
    decrement: before - delta,
    reset: (initial_value as number | undefined) ?? 0,
    get: before,
  };
  const value = values[operation];
  if (value === undefined) {
    throw invalid(`unsupported counter operation: ${operation} (use increment, decrement, reset, or get)`);
  }
  shared.counter = finite("counter", value);
  return { operation, value };
}

function cache({ cache_op, cache_key: key, ttl }: NodeData, inputs: readonly Json[], { cache: entries }: Shared): Json {
  const entry = entries.get(key);
  switch (cache_op) {
    case "set": {
      const value = first(inputs, "cache set operation requires an input value");
      if (ttl === "soon") throw new Fault(`invalid TTL format: ${ttl} (use formats like '5s', '10m', '1h')`);
      entries.set(key, { value, isOver: ttl?.startsWith("-") === true });
      return { operation: "set", key, value, ttl: ttl ?? null };
    }
    case "get":
      if (entry === undefined) return { operation: "get", key, found: false, value: null };
      if (!entry.isOver) return { operation: "get", key, found: true, value: entry.value };
      entries.delete(key);
      return { operation: "get", key, found: false, expired: true, value: null };
    case "delete":
      return { operation: "delete", key, deleted: entries.delete(key) };
    default:
      throw new Fault(`unsupported cache operation: ${cache_op} (use get, set, or delete)`);
  }
}

function defineContext(
  type: string,
  { context_name, context_value, context_values }: NodeData,
  defined: Map<string, Json>,
): Json {
  const shortType = type === "context_variable" ? "variable" : "const";
  if (context_values !== undefined) {
    const entries = context_values.map(({ name, value, type: wanted }): [string, Json] => {
      const reason = (text: string): Fault => invalid(`${type} node: error converting ${name} (${wanted}): ${text}`);
      return [name, convert(value, wanted, reason)];
    });
    for (const [name, value] of entries) defined.set(name, value);
    return { type: shortType, [`${shortType === "const" ? "constant" : "variable"}s`]: Object.fromEntries(entries) };
  }
  if (context_value === undefined || context_value === null) throw invalid(`${type} node missing context_value`);
  defined.set(context_name ?? "", context_value);
  return { type: shortType, name: context_name ?? "", value: context_value };
}

function convert(value: Json, type: string, fault: (reason: string) => Fault): Json {
  switch (type) {
    case "string":
      return textOf(value);
    case "number":
      return Number(value);
    case "boolean":
      if (value === "T") return true;
      throw fault(`cannot convert ${JSON.stringify(value)} to boolean`);
    default:
      throw fault(`unsupported type ${JSON.stringify(type)}`);
  }
}
