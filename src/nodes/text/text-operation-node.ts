import { z } from "zod";
import { TerminalError } from "../../core/errors/node-errors.ts";
import type { JsonValue } from "../../core/json/json-value.ts";
import { defineNode } from "../../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../../core/node/expand-placeholders.ts";
import { builtinData, choice, wholeNumber } from "../builtin-data.ts";
import { firstInput } from "../first-input.ts";
import { joinTexts, repeatText } from "./bounded-text.ts";
import { camelCase, inverseCase, titleCase } from "./letter-case.ts";

const OPERATIONS = ["uppercase", "lowercase", "titlecase", "camelcase", "inversecase", "concat", "repeat"] as const;

/** `text_operation`: changes, joins or repeats text. */
export const textOperationNode = defineNode({
  type: "text_operation",
  description: "Changes the case of a text, repeats it, or joins texts.",
  data: builtinData(
    {
      text_op: choice(OPERATIONS, "What to do with the text."),
      separator: z.string().default("").describe("What `concat` puts between the texts."),
      repeat_n: wholeNumber(0, "How often `repeat` gives the text; `repeat` needs it.").optional(),
    },
    { required: { text_op: "text operation node missing text_op" } },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }) {
    const first = firstInput(inputs, "text operation needs at least 1 input");
    if (data.text_op === "concat") return concat(inputs, data.separator);
    if (data.text_op === "repeat") return repeat(first, data.repeat_n);
    if (typeof first !== "string") throw new TerminalError("text operation input must be text/string");
    return changeCase(data.text_op, first);
  },
});

function concat(inputs: readonly JsonValue[], separator: string): string {
  const texts = inputs.map((input, index) => {
    if (typeof input !== "string") throw new TerminalError(`concat operation input ${index} must be text/string`);
    return input;
  });
  return joinTexts(texts, separator);
}

function repeat(input: JsonValue, count: number | undefined): string {
  if (typeof input !== "string") throw new TerminalError("repeat operation input must be text/string");
  if (count === undefined) throw new TerminalError("repeat operation requires repeat_n field");
  if (count < 0) throw new TerminalError(`repeat_n must be non-negative, got ${count}`);
  return repeatText(input, count);
}

function changeCase(operation: string, text: string): string {
  switch (operation) {
    case "uppercase":
      return text.toUpperCase();
    case "lowercase":
      return text.toLowerCase();
    case "titlecase":
      return titleCase(text);
    case "camelcase":
      return camelCase(text);
    case "inversecase":
      return inverseCase(text);
    default:
      throw new TerminalError(`unknown text operation: ${operation}`);
  }
}
