import { z } from "zod";
import { TerminalError } from "../core/errors/node-errors.ts";
import type { JsonObject } from "../core/json/json-value.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { textForm } from "../core/text/text-form.ts";
import { anyJson, builtinData } from "./builtin-data.ts";
import { errorOfFault } from "./fault.ts";
import { firstInput } from "./first-input.ts";

/** `try_catch`: replaces a fault by a value. */
export const tryCatchNode = defineNode({
  type: "try_catch",
  description: "Puts a fallback in the place of a value that reports an error.",
  data: builtinData({
    fallback_value: anyJson.default(null).describe("The value to give instead."),
    continue_on_error: z.boolean().default(true).describe("Whether to go on with the fallback; `false` fails the node."),
    error_output_path: z.string().optional().describe("A path to name in the result if there was an error."),
  }),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }): JsonObject {
    const value = firstInput(inputs, "try-catch node requires at least one input");
    const error = errorOfFault(value);
    if (error === undefined) return { value, error_caught: false };
    const message = textForm(error);
    if (!data.continue_on_error) throw new TerminalError(`error caught: ${message}`);
    const caught = { value: data.fallback_value, error_caught: true, error_message: message };
    return data.error_output_path ? { ...caught, error_output_path: data.error_output_path } : caught;
  },
});
