import { STATEFUL_NODES } from "./reference-stateful-nodes.ts";
import {
  Fault,
  finite,
  first,
  invalid,
  isList,
  isObject,
  kindOf,
  ownValue,
  textOf,
  compareByBytes,
  type Json,
  type NodeData,
  type Rule,
} from "./reference-values.ts";

/**
 * The built-in node types once more, from `docs/payload.md` alone and without a line of the product, for the data that `random-dag.ts`
 * draws: its fields are there and of the right JSON type.
 */
export const REFERENCE_NODES: Readonly<Record<string, Rule>> = {
  number: ({ value }) => value,
  text_input: ({ text }) => text,
  visualization: ({ mode }, inputs) => ({ mode, value: first(inputs, "visualization needs at least 1 input") }),
  operation,
  text_operation: textOperation,
  condition: ({ condition }, inputs) => {
    checkCondition(condition);
    const value = first(inputs, "condition node needs at least 1 input");
    return { value, condition_met: holds(condition, value), condition };
  },
  for_each: forEach,
  while_loop: ({ condition, max_iterations = 0 }, inputs) => {
    checkCondition(condition);
    const value = first(inputs, "while_loop node needs at least 1 input");
    if (holds(condition, value)) throw new Fault(`while_loop exceeded max iterations: ${max_iterations || 100}`);
    return { final_value: value, iterations: 0, condition };
  },
  switch: switchRule,
  join,
  parallel: ({ max_concurrency = 10 }, inputs) => {
    if (max_concurrency < 1) throw invalid(`invalid max_concurrency ${max_concurrency}: use a whole number of at least 1`);
    first(inputs, "parallel node requires at least one input");
    return { results: inputs, count: inputs.length, concurrency: max_concurrency };
  },
  split: ({ paths = ["path1", "path2"] }, inputs) => {
    const value = first(inputs, "split node requires at least one input");
    return { value, paths, outputs: Object.fromEntries(paths.map((path) => [path, value])) };
  },
  extract,
  transform,
  try_catch: tryCatch,
  retry,
  timeout,
  delay: ({ duration }, inputs) => {
    if (/ /.test(duration)) throw invalid(`invalid duration format: ${duration} (use formats like '5s', '10m', '1h')`);
    return { value: inputs[0] ?? null, duration, delayed: true };
  },
  ...STATEFUL_NODES,
};

function operation({ op }: NodeData, inputs: readonly Json[]): Json {
  const [left, right] = inputs;
  if (inputs.length < 2) throw new Fault(`operation needs 2 inputs, got ${inputs.length}`);
  if (typeof left !== "number" || typeof right !== "number") throw new Fault("operation inputs must be numbers");
  if (op === "divide" && right === 0) throw new Fault("division by zero");
  const results = { add: left + right, subtract: left - right, multiply: left * right, divide: left / right };
  if (!Object.hasOwn(results, op)) throw new Fault(`unknown operation: ${op}`);
  return finite("operation", results[op as keyof typeof results]);
}

function textOperation({ text_op, separator = "", repeat_n }: NodeData, inputs: readonly Json[]): Json {
  const text = first(inputs, "text operation needs at least 1 input");
  if (text_op === "concat") {
    const wrong = inputs.findIndex((input) => typeof input !== "string");
    if (wrong >= 0) throw new Fault(`concat operation input ${wrong} must be text/string`);
    return (inputs as readonly string[]).join(separator);
  }
  if (typeof text !== "string")
    throw new Fault(`${text_op === "repeat" ? "repeat" : "text"} operation input must be text/string`);
  switch (text_op) {
    case "repeat":
      if (repeat_n < 0) throw new Fault(`repeat_n must be non-negative, got ${repeat_n}`);
      return text.repeat(repeat_n);
    case "uppercase":
      return text.toUpperCase();
    case "lowercase":
      return text.toLowerCase();
    case "titlecase":
      return text.toLowerCase().replace(/(?<![\p{L}\p{M}\p{N}_'’])\p{L}/gu, (letter) => letter.toUpperCase());
    case "camelcase":
      return camelCase(text);
    case "inversecase":
      return Array.from(text, (letter) => (/\p{Lu}/u.test(letter) ? letter.toLowerCase() : raise(letter))).join("");
    default:
      throw new Fault(`unknown text operation: ${text_op}`);
  }
}

function raise(letter: string): string {
  return /\p{Ll}/u.test(letter) ? letter.toUpperCase() : letter;
}

function camelCase(text: string): string {
  const words = text.split(/\p{White_Space}+/u).filter((word) => word !== "");
  if (words.length === 0) return text;
  const lower = words.map((word) => word.toLowerCase());
  return lower.map((word, index) => (index === 0 ? word : word.replace(/^./su, (letter) => letter.toUpperCase()))).join("");
}

const COMPARISON =
  /^\p{White_Space}*(>=|<=|==|!=|>|<)\p{White_Space}*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\p{White_Space}*$/u;

function checkCondition(text: string): void {
  if (text === "true" || text === "false" || COMPARISON.test(text)) return;
  throw invalid(`invalid condition ${JSON.stringify(text)}: use true, false, or > < >= <= == != followed by a number`);
}

function holds(condition: string, input: Json): boolean {
  const [, operator, limitText] = COMPARISON.exec(condition) ?? [];
  if (operator === undefined) return condition === "true";
  const value = ownValue(input, "value") ?? input;
  if (typeof value !== "number") return false;
  const limit = Number(limitText);
  const order = Math.sign(value - limit);
  return { ">": order > 0, "<": order < 0, ">=": order >= 0, "<=": order <= 0, "==": order === 0, "!=": order !== 0 }[operator]!;
}

function forEach({ max_iterations = 0 }: NodeData, inputs: readonly Json[]): Json {
  const items = first(inputs, "for_each node needs at least 1 input");
  if (!isList(items)) throw new Fault(`for_each node requires array input, got ${kindOf(items)}`);
  const limit = max_iterations || 1_000;
  if (items.length > limit) throw new Fault(`for_each exceeds max iterations: ${items.length} > ${limit}`);
  return { items, count: items.length, iterations: items.length };
}

function switchRule({ cases = [], default_path = "default" }: NodeData, inputs: readonly Json[]): Json {
  for (const { when, value } of cases) if (value === undefined) checkCondition(when);
  const input = first(inputs, "switch node requires at least one input");
  const match = cases.find(({ when, value }) => (value === undefined ? holds(when, input) : value === input));
  if (match === undefined) return { value: input, matched: false, output_path: default_path };
  return { value: input, matched: true, case: match.when, output_path: match.output_path ?? "matched" };
}

function join({ join_strategy: strategy }: NodeData, inputs: readonly Json[]): Json {
  switch (strategy) {
    case "all":
      first(inputs, "join node with 'all' strategy requires at least one input");
      return { strategy, values: inputs, count: inputs.length };
    case "any":
      return { strategy, value: first(inputs, "join node with 'any' strategy has no inputs"), count: inputs.length };
    case "first":
      return { strategy, value: first(inputs, "join node with 'first' strategy has no inputs") };
    default:
      throw invalid(`unsupported join strategy: ${strategy} (use all, any, or first)`);
  }
}

function extract({ field, fields = [] }: NodeData, inputs: readonly Json[]): Json {
  const input = first(inputs, "extract node requires input");
  if (!isObject(input)) throw new Fault(`extract node requires object input, got ${kindOf(input)}`);
  if (field === undefined) {
    const found = fields.filter((name) => Object.hasOwn(input, name));
    return Object.fromEntries(found.map((name) => [name, input[name]!]));
  }
  const value = ownValue(input, field);
  if (value === undefined) throw new Fault(`field '${field}' not found in input object`);
  return { field, value };
}

function transform({ transform_type: type }: NodeData, inputs: readonly Json[]): Json {
  const input = first(inputs, "transform node requires input");
  switch (type) {
    case "to_array":
      return inputs;
    case "flatten":
      if (!isList(input)) throw new Fault(`flatten requires array input, got ${kindOf(input)}`);
      return flatten(input);
    case "to_object":
      if (!isList(input)) throw new Fault(`to_object requires array input, got ${kindOf(input)}`);
      return toObject(input);
    case "keys":
    case "values": {
      if (!isObject(input)) throw new Fault(`${type} transform requires object input, got ${kindOf(input)}`);
      const keys = Object.keys(input).sort(compareByBytes);
      return type === "keys" ? keys : keys.map((key) => input[key]!);
    }
    default:
      throw new Fault(`unsupported transform type: ${type}`);
  }
}

function flatten(items: readonly Json[]): Json[] {
  return items.flatMap((item) => (isList(item) ? flatten(item) : [item]));
}

function toObject(items: readonly Json[]): Json {
  const entries = items.flatMap((key, index): [string, Json][] => {
    const value = items[index + 1];
    if (index % 2 === 1 || value === undefined) return [];
    if (typeof key !== "string") throw new Fault(`to_object requires string keys at index ${index}`);
    return [[key, value]];
  });
  return Object.fromEntries(entries);
}

function tryCatch({ fallback_value, continue_on_error, error_output_path }: NodeData, inputs: readonly Json[]): Json {
  const value = first(inputs, "try-catch node requires at least one input");
  const error = ownValue(value, "error");
  if (error === undefined) return { value, error_caught: false };
  if (continue_on_error === false) throw new Fault(`error caught: ${textOf(error)}`);
  const path: Record<string, string> = error_output_path ? { error_output_path } : {};
  return { value: fallback_value ?? null, error_caught: true, error_message: textOf(error), ...path };
}

function retry({ max_attempts, retry_on_errors: some = [] }: NodeData, inputs: readonly Json[]): Json {
  if (max_attempts < 1) throw invalid(`invalid max_attempts ${max_attempts}: use a whole number of at least 1`);
  const value = first(inputs, "retry node requires at least one input");
  const error = ownValue(value, "error");
  if (error === undefined) return { value, attempts: 1, success: true };
  const message = typeof error === "string" ? error : "";
  if (some.length > 0 && !some.some((part) => message.includes(part))) throw new Fault(`error not in retry list: ${message}`);
  throw new Fault(`max retry attempts (${max_attempts}) reached: ${message}`);
}

/** The durations that are drawn for `timeout` nodes, as results show them, in ms. */
const TIMES: Readonly<Record<string, number>> = { "0s": 0, "250ms": 250, "1s": 1_000, "2m0s": 120_000 };

function timeout({ timeout: limit, timeout_action = "error" }: NodeData, inputs: readonly Json[]): Json {
  const limitMs = TIMES[limit];
  if (limitMs === undefined) throw invalid(`invalid timeout duration: ${limit}`);
  const value = first(inputs, "timeout node requires at least one input");
  const told = ownValue(value, "execution_time");
  const time = typeof told === "string" && Object.hasOwn(TIMES, told) ? told : "0s";
  const isOver = TIMES[time]! > limitMs;
  if (isOver && timeout_action === "error") throw new Fault(`operation timed out after ${time} (limit: ${limit})`);
  const over: Record<string, boolean> = isOver ? { timeout_exceeded: true, partial_result: true } : {};
  return { value, timeout_duration: limit, execution_time: time, timed_out: isOver, ...over };
}
