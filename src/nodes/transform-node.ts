import { TerminalError } from "../core/errors/node-errors.ts";
import { isJsonObject, kindOf, type JsonObject, type JsonValue } from "../core/json/json-value.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { sortIds } from "../core/text/compare-bytes.ts";
import { builtinData, choice } from "./builtin-data.ts";
import { firstInput } from "./first-input.ts";
import { flatten } from "./flatten.ts";
import { isJsonArray } from "./is-json-array.ts";
import { ownRecord } from "./own-record.ts";

/** `transform`: restructures lists and objects. */
export const transformNode = defineNode({
  type: "transform",
  description: "Makes a list of its inputs, an object of a list, or a list of an object, or opens lists inside a list.",
  data: builtinData(
    { transform_type: choice(["to_array", "to_object", "flatten", "keys", "values"], "What to make of the input.") },
    { required: { transform_type: "transform node missing transform_type" } },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }) {
    const first = firstInput(inputs, "transform node requires input");
    switch (data.transform_type) {
      case "to_array":
        return inputs;
      case "to_object":
        return toObject(requireArray("to_object", first));
      case "flatten":
        return flatten(requireArray("flatten", first));
      case "keys":
        return sortedKeys(requireObject("keys", first));
      case "values":
        return sortedValues(requireObject("values", first));
      default:
        throw new TerminalError(`unsupported transform type: ${data.transform_type}`);
    }
  },
});

/** Reads a list as key, value, key, value…; a last item without a partner is dropped, later duplicates win. */
function toObject(items: readonly JsonValue[]): JsonObject {
  const entries: [string, JsonValue][] = [];
  for (let index = 0; index + 1 < items.length; index += 2) {
    const key = items[index];
    if (typeof key !== "string") throw new TerminalError(`to_object requires string keys at index ${index}`);
    entries.push([key, items[index + 1] ?? null]);
  }
  return ownRecord(entries);
}

function sortedKeys(object: JsonObject): string[] {
  return sortIds(Object.keys(object));
}

function sortedValues(object: JsonObject): JsonValue[] {
  return sortedKeys(object).map((key) => object[key] ?? null);
}

function requireArray(name: string, input: JsonValue): readonly JsonValue[] {
  if (!isJsonArray(input)) throw new TerminalError(`${name} requires array input, got ${kindOf(input)}`);
  return input;
}

function requireObject(name: string, input: JsonValue): JsonObject {
  if (!isJsonObject(input)) throw new TerminalError(`${name} transform requires object input, got ${kindOf(input)}`);
  return input;
}
