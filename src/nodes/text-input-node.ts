import { z } from "zod";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData } from "./builtin-data.ts";

/** `text_input`: a text, which may be empty. */
export const textInputNode = defineNode({
  type: "text_input",
  description: "Gives the text in its data.",
  data: builtinData(
    { text: z.string().describe("The text; may be empty.") },
    { required: { text: "text input node missing text" } },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run: ({ data }) => data.text,
});
