import type { PayloadNode } from "./payloads.ts";
import {
  add,
  below,
  chance,
  choose,
  isFault,
  isSmall,
  isWild,
  LARGEST_SOURCE,
  pick,
  take,
  takeSome,
  takeWhere,
  type Draft,
  type Shape,
  type Sketch,
} from "./random-sketch.ts";

const NUMBERS = [0, -0, 1, -1, 2, 3, 7, 12.5, 0.1, 0.2, 1 / 3, 1e-7, 1e21, 5e-324, 1e308, Number.MAX_SAFE_INTEGER];
const TEXTS = [
  "",
  "harbour",
  "Don't Panic",
  "straße ΟΔΟΣ",
  "😀 é e\u0301",
  "a\tb\nc",
  '"quoted"',
  "\ud800",
  "{{variable.port",
  "null",
];
const PLACEHOLDERS = [
  "{{variable.port}}",
  "{{ const.port }}",
  "{{variable.__proto__}}",
  "{{\tconst.constructor\n}}",
  "{{variable.Port}}",
  "{{const.missing}}",
];
const CONTEXT_NAMES = ["port", "port", "__proto__", "constructor", "Port", "a b"];
const STATE_NAMES = ["tank", "__proto__", "a b", ":", "k-{{variable.port}}"];
const CONDITIONS = [">0", "<= 1.5", "== 7", "!= 0", "\u00a0>=\t-2e3 ", "true", "false"];

export type Recipe = (sketch: Sketch) => void;

export const RECIPES: readonly Recipe[] = [
  ...[number, number, text, text, operation, operation, changeText, concatText, repeatText],
  ...[visualization, condition, forEach, whileLoop, switchNode, join, parallel, split, delay],
  ...[extract, extract, transform, pair, pair, tryCatch, tryCatch, retry, timeout],
  ...[setVariable, setVariable, getVariable, getVariable, accumulator, accumulator, counter, counter, cache, cache, cache],
  ...[contextVariable, contextConstant, contextList],
];

function number(sketch: Sketch): Draft {
  const value = chance(sketch, 0.7) ? Math.floor(sketch.random() * 100) - 20 : pick(sketch.random, NUMBERS);
  return add(sketch, "number", { value }, [], { kind: "number" });
}

function text(sketch: Sketch): Draft {
  const parts = Array.from({ length: 1 + below(sketch, 3) }, () =>
    pick(sketch.random, chance(sketch, 0.5) ? TEXTS : PLACEHOLDERS),
  );
  return add(sketch, "text_input", { text: parts.join(" ") }, [], { kind: "string", size: 100 });
}

function operation(sketch: Sketch): void {
  const op = choose(sketch, ["add", "subtract", "multiply", "add", "subtract", "multiply", "divide"], ["modulo", "divide"]);
  add(sketch, "operation", { op }, [take(sketch, "number"), take(sketch, "number")], { kind: "number" });
}

function changeText(sketch: Sketch): void {
  const text_op = choose(sketch, ["uppercase", "lowercase", "titlecase", "camelcase", "inversecase"], ["reverse"]);
  add(sketch, "text_operation", { text_op }, [take(sketch, "string")], { kind: "string" });
}

function concatText(sketch: Sketch): void {
  const data = { text_op: "concat", separator: pick(sketch.random, ["", ", ", "{{variable.port}}"]) };
  add(sketch, "text_operation", data, takeSome(sketch, "string"), { kind: "string", takesAll: true });
}

function repeatText(sketch: Sketch): void {
  const repeat_n = choose(sketch, [0, 1, 3], [-1]);
  add(sketch, "text_operation", { text_op: "repeat", repeat_n }, [take(sketch, "string")], { kind: "string", growth: 3 });
}

function visualization(sketch: Sketch): void {
  add(sketch, "visualization", { mode: "{{variable.port}}" }, [take(sketch)], { keys: ["mode", "value"] });
}

function condition(sketch: Sketch): void {
  const data = { condition: choose(sketch, CONDITIONS, [">> 1", "=1"]) };
  add(sketch, "condition", data, [take(sketch)], { keys: ["value", "condition_met", "condition"] });
}

function forEach(sketch: Sketch): void {
  const data = choose<object>(sketch, [{}, { max_iterations: 0 }, { max_iterations: 5_000 }], [{ max_iterations: 1 }]);
  add(sketch, "for_each", data, [take(sketch, "array")], { keys: ["items", "count", "iterations"] });
}

function whileLoop(sketch: Sketch): void {
  const data = { condition: choose(sketch, ["false", "< -1e300"], ["true"]), max_iterations: 2 };
  add(sketch, "while_loop", data, [take(sketch)], { keys: ["final_value", "iterations", "condition"] });
}

function switchNode(sketch: Sketch): void {
  const all = [
    { when: "big", value: 7, output_path: "seven" },
    { when: ">5" },
    { when: "", value: "harbour", output_path: "__proto__" },
    { when: "true", value: true },
    { when: choose(sketch, ["<= 0"], ["sometimes"]), output_path: "small" },
  ];
  const data = { cases: all.filter(() => chance(sketch, 0.6)), default_path: pick(sketch.random, ["other", ""]) };
  add(sketch, "switch", data, [take(sketch)], { keys: ["value", "matched", "output_path"] });
}

function join(sketch: Sketch): void {
  const join_strategy = choose(sketch, ["all", "any", "first"], ["most"]);
  const keys = ["strategy", join_strategy === "all" ? "values" : "value"];
  add(sketch, "join", { join_strategy }, takeSome(sketch), { keys, takesAll: true });
}

function parallel(sketch: Sketch): void {
  const data = choose<object>(sketch, [{}, { max_concurrency: 3 }], [{ max_concurrency: 0 }]);
  add(sketch, "parallel", data, takeSome(sketch), { keys: ["results", "count", "concurrency"], takesAll: true });
}

function split(sketch: Sketch): void {
  const data = pick<object>(sketch.random, [{}, { paths: ["a", "{{const.port}}", "a"] }, { paths: ["__proto__", "2", "1"] }]);
  add(sketch, "split", data, [take(sketch)], { keys: ["value", "paths", "outputs"], growth: 4 });
}

export function delay(sketch: Sketch): void {
  const durations = sketch.napMs === undefined ? ["1ms", "0", "-5ms"] : [`${sketch.napMs}ms`];
  const duration = choose(sketch, durations, ["5 ms"]);
  // A text that reads the context puts the node among those that are run in order.
  const label = chance(sketch, 0.5) ? { label: "{{variable.port}}" } : {};
  const sources = chance(sketch, 0.8) ? [take(sketch)] : [];
  add(sketch, "delay", { duration, ...label }, sources, {
    keys: ["value", "duration", "delayed"],
    takesAll: sources.length === 0,
  });
}

function extract(sketch: Sketch): void {
  const source = take(sketch, "object");
  if (chance(sketch, 0.5)) {
    const field = choose(sketch, source.keys.length > 0 ? source.keys : ["value"], ["missing"]);
    add(sketch, "extract", { field }, [source], { keys: ["field", "value"] });
    return;
  }
  const keys = source.keys.filter(() => chance(sketch, 0.6));
  add(sketch, "extract", { fields: [...keys, "missing", "{{const.port}}"] }, [source], { keys });
}

function transform(sketch: Sketch): void {
  const transform_type = choose(sketch, ["to_array", "flatten", "keys", "values"], ["to_object", "invert"]);
  if (transform_type === "to_array") {
    add(sketch, "transform", { transform_type }, takeSome(sketch), { kind: "array", takesAll: true });
    return;
  }
  const source = take(sketch, transform_type === "flatten" ? "array" : "object");
  add(sketch, "transform", { transform_type }, [source], { kind: "array" });
}

/** A text, a value, the list of the two, and the object that it makes: a fault, or an execution time, or anything else. */
function pair(sketch: Sketch): void {
  const key = pick(sketch.random, ["error", "error", "execution_time", "value", "size", "__proto__", "7"]);
  const time = pick(sketch.random, ["250ms", "1s", "2m0s", "soon"]);
  const name = add(sketch, "text_input", { text: key }, [], { kind: "string" });
  const value = key === "execution_time" ? add(sketch, "text_input", { text: time }, [], { kind: "string" }) : take(sketch);
  const shape = { kind: "array", takesAll: true } as const;
  const list = add(sketch, "transform", { transform_type: "to_array" }, [name, value], shape);
  add(sketch, "transform", { transform_type: "to_object" }, [list], { keys: [key] });
}

function tryCatch(sketch: Sketch): void {
  const data = {
    fallback_value: pick<unknown>(sketch.random, [
      null,
      0,
      "{{variable.port}}",
      { a: ["{{const.port}}", 1], ["__proto__"]: "{{variable.Port}}" },
    ]),
    continue_on_error: choose(sketch, [true], [false]),
    ...pick<object>(sketch.random, [{}, { error_output_path: "" }, { error_output_path: "errors" }]),
  };
  const faults = sketch.drafts.filter(isFault).filter(isSmall);
  const source = faults.length > 0 && chance(sketch, 0.7) ? pick(sketch.random, faults) : take(sketch);
  add(sketch, "try_catch", data, [source], { keys: ["value", "error_caught"] });
}

function retry(sketch: Sketch): void {
  const data = { max_attempts: choose(sketch, [1, 2, 3], [0]), initial_delay: "1ms", backoff_strategy: "linear" };
  const some = chance(sketch, 0.3) ? { retry_on_errors: ["harbour", "😀"] } : {};
  const source = isWild(sketch) ? take(sketch) : takeWhere(sketch, (draft) => !isFault(draft));
  add(sketch, "retry", { ...data, ...some }, [source], { keys: ["value", "attempts", "success"] });
}

function timeout(sketch: Sketch): void {
  const data = {
    timeout: choose(sketch, ["1s", "250ms", "2m0s"], ["later"]),
    timeout_action: choose(sketch, ["continue_with_partial"], ["error"]),
  };
  const keys = ["value", "timeout_duration", "execution_time", "timed_out"];
  add(sketch, "timeout", data, [take(sketch)], { keys });
}

function setVariable(sketch: Sketch): void {
  const data = { var_name: pick(sketch.random, STATE_NAMES), var_op: "set" };
  add(sketch, "variable", data, [take(sketch)], { keys: ["var_name", "operation", "value"] });
}

/** Reads a variable that a source of it has set, unless nobody has set one or chance will have it. */
function getVariable(sketch: Sketch): void {
  const isSetter = ({ node }: Draft): boolean => node.type === "variable" && !namesOf(node).includes("{{");
  const setters = sketch.drafts.filter(isSetter);
  if (setters.length === 0) return setVariable(sketch);
  const setter = pick(sketch.random, setters);
  const data = { var_name: choose(sketch, [namesOf(setter.node)], STATE_NAMES), var_op: choose(sketch, ["get"], ["forget"]) };
  add(sketch, "variable", data, [setter], { keys: ["var_name", "operation", "value"], size: LARGEST_SOURCE });
}

function namesOf({ data }: PayloadNode): string {
  return (data as { readonly var_name: string }).var_name;
}

function accumulator(sketch: Sketch): void {
  const operations = { number: ["sum", "product", "count", "sum"], string: ["concat"], array: ["array"] };
  const initial = { number: [0, 1, 5], string: ["", "{{variable.port}}"], array: [[], ["{{const.port}}"]] };
  const accum_op = choose(sketch, operations[sketch.accumulator], ["median", "concat"]);
  const start = chance(sketch, 0.3) ? { initial_value: pick<unknown>(sketch.random, initial[sketch.accumulator]) } : {};
  const sources = chance(sketch, 0.9) ? [take(sketch, sketch.accumulator === "array" ? "number" : sketch.accumulator)] : [];
  const takesAll = sources.length === 0;
  add(sketch, "accumulator", { accum_op, ...start }, sources, { keys: ["operation", "value"], takesAll, size: 500 });
}

function counter(sketch: Sketch): void {
  const data = {
    counter_op: choose(sketch, ["increment", "increment", "increment", "decrement", "get", "reset"], ["double"]),
    ...pick<object>(sketch.random, [{}, {}, { delta: 5 }, { delta: 0.1 }, { delta: -2 }, { initial_value: 10 }]),
  };
  add(sketch, "counter", data, [], { keys: ["operation", "value"] });
}

function cache(sketch: Sketch): void {
  const cache_op = choose(sketch, ["set", "set", "get", "get", "delete"], ["drop"]);
  const cache_key = pick(sketch.random, STATE_NAMES.slice(1));
  if (cache_op !== "set") {
    const keys = ["operation", "key", cache_op === "get" ? "found" : "deleted"];
    add(sketch, "cache", { cache_op, cache_key }, [], { keys, size: LARGEST_SOURCE });
    return;
  }
  // A negative lifetime is over at once, by whatever clock.
  const ttl = choose<object>(sketch, [{}, { ttl: "1h" }, { ttl: "-1s" }], [{ ttl: "soon" }]);
  add(sketch, "cache", { cache_op, cache_key, ...ttl }, [take(sketch)], { keys: ["operation", "key", "value", "ttl"] });
}

function contextVariable(sketch: Sketch): void {
  contextNode(sketch, "context_variable");
}

function contextConstant(sketch: Sketch): void {
  contextNode(sketch, "context_constant");
}

function contextNode(sketch: Sketch, type: string): void {
  const values = [below(sketch, 1_000), "Oslo", "{{variable.port}}", 1e21, true, [1, "a b"], { b: 1, a: {} }];
  const data = { context_name: pick(sketch.random, CONTEXT_NAMES), context_value: choose<unknown>(sketch, values, [null]) };
  add(sketch, type, data, [], { keys: ["type", "name", "value"] });
}

function contextList(sketch: Sketch): void {
  const all = [
    { name: "port", value: below(sketch, 100), type: "number" },
    { name: "port", value: [1, "x"], type: "string" },
    { name: "Port", value: "T", type: "boolean" },
    { name: "__proto__", value: ` ${below(sketch, 100)}`, type: "string" },
    { name: "constructor", value: "7.", type: choose(sketch, ["number"], ["integer", "boolean"]) },
  ];
  const type = pick(sketch.random, ["context_variable", "context_constant"]);
  const context_values = [pick(sketch.random, all), ...all.filter(() => chance(sketch, 0.4))];
  add(sketch, type, { context_values }, [], { keys: ["type", type === "context_variable" ? "variables" : "constants"] });
}

export function constantOf(sketch: Sketch, kind: Shape["kind"]): Draft {
  switch (kind) {
    case "number":
      return number(sketch);
    case "string":
      return text(sketch);
    case "array":
      return add(sketch, "transform", { transform_type: "to_array" }, [number(sketch)], { kind, takesAll: true });
    case "object":
      return add(sketch, "counter", { counter_op: "increment" }, [], { keys: ["operation", "value"] });
  }
}
