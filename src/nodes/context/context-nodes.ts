import { z } from "zod";
import type { JsonObject, JsonValue } from "../../core/json/json-value.ts";
import { defineNode, type NodeState } from "../../core/node/define-node.ts";
import { anyJson, builtinData, type DataRules } from "../builtin-data.ts";
import { ownRecord } from "../own-record.ts";
import { CONTEXT_VALUE_TYPES, convertContextValue } from "./convert-context-value.ts";

const contextEntry = z.object({
  name: z.string().nullish().describe("The name."),
  value: anyJson.nullish().describe("The value, before it is converted."),
  type: z.string().nullish().meta({ enum: CONTEXT_VALUE_TYPES, description: "What to convert the value to." }),
});

const contextFields = {
  context_name: z.string().optional().describe("The name of a single definition."),
  context_value: anyJson.optional().describe("Its value, kept as it is; not `null`."),
  context_values: z
    .array(contextEntry)
    .optional()
    .describe("Several definitions. If there is one, the other fields are not used."),
};

interface ContextData {
  readonly context_name?: string | undefined;
  readonly context_value?: JsonValue | undefined;
  readonly context_values?: readonly z.output<typeof contextEntry>[] | undefined;
}

/** `context_variable`: defines values for `{{variable.NAME}}`. The latest definition of a name wins. */
export const contextVariableNode = defineNode({
  type: "context_variable",
  description: "Defines values for `{{variable.NAME}}` in the data of other nodes.",
  data: builtinData(contextFields, rulesOf("context_variable")),
  stateful: true,
  run({ data, state }): JsonObject {
    const entries = storeEntries(data, "context.variable:", state);
    return data.context_values?.length ? { type: "variable", variables: ownRecord(entries) } : single("variable", entries);
  },
});

/** `context_constant`: defines values for `{{const.NAME}}`. The latest definition wins here too. */
export const contextConstantNode = defineNode({
  type: "context_constant",
  description: "Defines values for `{{const.NAME}}` in the data of other nodes.",
  data: builtinData(contextFields, rulesOf("context_constant")),
  stateful: true,
  run({ data, state }): JsonObject {
    const entries = storeEntries(data, "context.const:", state);
    return data.context_values?.length ? { type: "const", constants: ownRecord(entries) } : single("const", entries);
  },
});

type NamedValue = readonly [name: string, value: JsonValue];

function rulesOf(nodeType: string): DataRules<ContextData> {
  return { check: (data) => contextFault(nodeType, data) };
}

function contextFault(nodeType: string, data: ContextData): string | undefined {
  if (!data.context_values?.length) {
    if (data.context_name === undefined) return `${nodeType} node missing context_name or context_values`;
    return data.context_value === undefined ? `${nodeType} node missing context_value` : undefined;
  }
  for (const { name, value, type } of data.context_values) {
    const conversion = convertContextValue(value ?? null, type ?? "");
    if (conversion.ok) continue;
    return `${nodeType} node: error converting ${name ?? ""} (${type ?? ""}): ${conversion.reason}`;
  }
  return undefined;
}

function storeEntries(data: ContextData, keyPrefix: string, state: NodeState): NamedValue[] {
  const entries = entriesOf(data);
  for (const [name, value] of entries) state.set(keyPrefix + name, value);
  return entries;
}

/** The definitions of data that `contextFault` has let through. */
function entriesOf(data: ContextData): NamedValue[] {
  if (!data.context_values?.length) return [[data.context_name ?? "", data.context_value ?? null]];
  return data.context_values.flatMap(({ name, value, type }): NamedValue[] => {
    const conversion = convertContextValue(value ?? null, type ?? "");
    return conversion.ok ? [[name ?? "", conversion.value]] : [];
  });
}

function single(type: "variable" | "const", entries: readonly NamedValue[]): JsonObject {
  const [name, value] = entries[0] ?? ["", null];
  return { type, name, value };
}
