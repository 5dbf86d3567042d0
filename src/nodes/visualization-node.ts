import { z } from "zod";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData } from "./builtin-data.ts";
import { firstInput } from "./first-input.ts";

/** `visualization`: marks a value for display. */
export const visualizationNode = defineNode({
  type: "visualization",
  description: "Passes a value on together with the way in which it is to be displayed.",
  data: builtinData(
    { mode: z.string().describe("How to display the value; any text.") },
    { required: { mode: "visualization node missing mode" } },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run: ({ data, inputs }) => ({ mode: data.mode, value: firstInput(inputs, "visualization needs at least 1 input") }),
});
