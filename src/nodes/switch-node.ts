import { z } from "zod";
import type { JsonObject, JsonValue } from "../core/json/json-value.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { anyJson, builtinData } from "./builtin-data.ts";
import { conditionFault, meetsCondition } from "./condition-rules.ts";
import { firstInput } from "./first-input.ts";

const switchCase = z.object({
  when: z.string().nullish().describe("The condition that the input is to meet; beside a `value` any text."),
  value: anyJson.nullish().describe("A text, number or boolean that the input is to equal."),
  output_path: z.string().nullish().describe("The path that this case picks; `matched` if there is none."),
});

type SwitchCase = z.output<typeof switchCase>;

/** `switch`: picks a path name, by equality for cases with a `value`, by the condition in `when` for the others. */
export const switchNode = defineNode({
  type: "switch",
  description: "Picks a path by the first case that its input matches.",
  data: builtinData(
    {
      cases: z.array(switchCase).default([]).describe("The cases, in the order in which they are tried."),
      default_path: z.string().default("default").describe("The path if no case matches."),
    },
    { check: (data) => casesFault(data.cases) },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }): JsonObject {
    const value = firstInput(inputs, "switch node requires at least one input");
    const match = data.cases.find((candidate) => matches(candidate, value));
    if (match === undefined) return { value, matched: false, output_path: data.default_path };
    return { value, matched: true, case: match.when ?? "", output_path: match.output_path ?? "matched" };
  },
});

function casesFault(cases: readonly SwitchCase[]): string | undefined {
  for (const [index, { when, value }] of cases.entries()) {
    const fault = isAbsent(value) ? conditionFault(when ?? "") : valueFault(index, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isAbsent(value: JsonValue | undefined): value is null | undefined {
  return value === undefined || value === null;
}

function valueFault(index: number, value: JsonValue): string | undefined {
  if (typeof value !== "object") return undefined;
  return `invalid cases[${index}].value ${JSON.stringify(value)}: use a string, number or boolean`;
}

function matches({ when, value }: SwitchCase, input: JsonValue): boolean {
  return isAbsent(value) ? meetsCondition(when ?? "", input) : value === input;
}
