import { z } from "zod";
import { TerminalError } from "../core/errors/node-errors.ts";
import { isJsonObject, kindOf, type JsonObject } from "../core/json/json-value.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData } from "./builtin-data.ts";
import { firstInput } from "./first-input.ts";
import { ownRecord, ownValue } from "./own-record.ts";

/** `extract`: takes one field or several out of an object. */
export const extractNode = defineNode({
  type: "extract",
  description: "Takes one field or several out of an object.",
  data: builtinData({
    field: z.string().optional().describe("The field to take: a key, not a path. It has to be there."),
    fields: z.array(z.string()).optional().describe("Fields to take as far as they are there; used if there is no `field`."),
  }),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }) {
    const input = firstInput(inputs, "extract node requires input");
    if (!isJsonObject(input)) throw new TerminalError(`extract node requires object input, got ${kindOf(input)}`);
    if (data.field !== undefined) return extractField(input, data.field);
    if (data.fields !== undefined && data.fields.length > 0) return extractFields(input, data.fields);
    throw new TerminalError("extract node requires 'field' or 'fields' configuration");
  },
});

function extractField(input: JsonObject, field: string): JsonObject {
  const value = ownValue(input, field);
  if (value === undefined) throw new TerminalError(`field '${field}' not found in input object`);
  return { field, value };
}

function extractFields(input: JsonObject, fields: readonly string[]): JsonObject {
  return ownRecord(
    fields.flatMap((field) => {
      const value = ownValue(input, field);
      return value === undefined ? [] : [[field, value] as const];
    }),
  );
}
