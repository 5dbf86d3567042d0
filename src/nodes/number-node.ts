import { z } from "zod";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData } from "./builtin-data.ts";

/** `number`: a constant. */
export const numberNode = defineNode({
  type: "number",
  description: "Gives the number in its data.",
  data: builtinData({ value: z.number().describe("The number.") }, { required: { value: "number node missing value" } }),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run: ({ data }) => data.value,
});
