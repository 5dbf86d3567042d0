import { z } from "zod";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData } from "./builtin-data.ts";
import { conditionFault, meetsCondition } from "./condition-rules.ts";
import { firstInput } from "./first-input.ts";

/** `condition`: tests a value. `true_path` and `false_path` have no effect. */
export const conditionNode = defineNode({
  type: "condition",
  description: "Tells whether a value meets a condition.",
  data: builtinData(
    { condition: z.string().describe("The condition that the value is to meet.") },
    { required: { condition: "condition node missing condition" }, check: (data) => conditionFault(data.condition) },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }) {
    const value = firstInput(inputs, "condition node needs at least 1 input");
    return { value, condition_met: meetsCondition(data.condition, value), condition: data.condition };
  },
});
