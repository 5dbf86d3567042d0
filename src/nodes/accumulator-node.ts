import { TerminalError } from "../core/errors/node-errors.ts";
import { kindOf, type JsonKind, type JsonValue } from "../core/json/json-value.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { anyJson, builtinData, choice } from "./builtin-data.ts";
import { finite } from "./finite.ts";
import { isJsonArray } from "./is-json-array.ts";

const STATE_KEY = "accumulator";

type AccumulatorOperation = "sum" | "product" | "count" | "concat" | "array";

interface AccumulatorRule {
  readonly initial: JsonValue;
  /** The kind that the accumulator has to hold. */
  readonly kind: JsonKind;
}

const RULES: Readonly<Record<AccumulatorOperation, AccumulatorRule>> = {
  sum: { initial: 0, kind: "number" },
  product: { initial: 1, kind: "number" },
  count: { initial: 0, kind: "number" },
  concat: { initial: "", kind: "string" },
  array: { initial: [], kind: "array" },
};

/** `accumulator`: gathers values; one accumulator a run, shared by all nodes of the type. The first of them gives it its initial value. */
export const accumulatorNode = defineNode({
  type: "accumulator",
  description: "Adds its input to a sum, product, count, text or list that the accumulator nodes of a run share.",
  data: builtinData(
    {
      accum_op: choice(Object.keys(RULES), "How the input is added."),
      initial_value: anyJson
        .optional()
        .describe(
          "What the run's first accumulator node starts from. If absent: 0, 1 for `product`, an empty text or list for the last two.",
        ),
    },
    {
      required: { accum_op: "accumulator node missing accum_op" },
      check: (data) => optionsFault(data.accum_op, data.initial_value),
    },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  stateful: true,
  async run({ data, inputs, state }) {
    const operation = data.accum_op as AccumulatorOperation;
    const before = (await state.get(STATE_KEY)) ?? data.initial_value ?? RULES[operation].initial;
    const [input] = inputs;
    const value = input === undefined ? before : gather(operation, before, input);
    state.set(STATE_KEY, value);
    return { operation, value };
  },
});

function optionsFault(operation: string, initialValue: JsonValue | undefined): string | undefined {
  if (!Object.hasOwn(RULES, operation)) return `unsupported accumulator operation: ${operation}`;
  const { kind } = RULES[operation as AccumulatorOperation];
  if (initialValue === undefined || kindOf(initialValue) === kind) return undefined;
  return `invalid initial_value ${JSON.stringify(initialValue)}: use ${withArticle(kind)}`;
}

function gather(operation: AccumulatorOperation, before: JsonValue, input: JsonValue): JsonValue {
  switch (operation) {
    case "sum":
      return finite("accumulator", numberBefore(before) + numberInput("sum", input));
    case "product":
      return finite("accumulator", numberBefore(before) * numberInput("product", input));
    case "count":
      return numberBefore(before) + 1;
    case "concat":
      if (typeof before !== "string") throw wrongAccumulator("string");
      if (typeof input !== "string") throw new TerminalError(`concat accumulator requires string input, got ${kindOf(input)}`);
      return before + input;
    case "array":
      if (!isJsonArray(before)) throw wrongAccumulator("array");
      // A new list: earlier results must not change.
      return [...before, input];
  }
}

function numberBefore(before: JsonValue): number {
  if (typeof before !== "number") throw wrongAccumulator("number");
  return before;
}

function numberInput(operation: "sum" | "product", input: JsonValue): number {
  if (typeof input !== "number") throw new TerminalError(`${operation} accumulator requires numeric input, got ${kindOf(input)}`);
  return input;
}

function wrongAccumulator(kind: JsonKind): TerminalError {
  return new TerminalError(`accumulator value is not ${withArticle(kind)}`);
}

function withArticle(kind: JsonKind): string {
  return kind === "array" ? "an array" : `a ${kind}`;
}
