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
  data: builtinData({
    fallback_value: anyJson.optional(),
    continue_on_error: z.boolean().optional(),
    error_output_path: z.string().optional(),
  }),
  placeholders: PLACEHOLDER_FIELDS,
  run({ data, inputs }): JsonObject {
    const value = firstInput(inputs, "try-catch node requires at least one input");
    const error = errorOfFault(value);
    if (error === undefined) return { value, error_caught: false };
    const message = textForm(error);
    if (data.continue_on_error === false) throw new TerminalError(`error caught: ${message}`);
    const caught = { value: data.fallback_value ?? null, error_caught: true, error_message: message };
    return data.error_output_path ? { ...caught, error_output_path: data.error_output_path } : caught;
  },
});
