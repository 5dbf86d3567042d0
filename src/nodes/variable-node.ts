import { z } from "zod";
import { TerminalError } from "../core/errors/node-errors.ts";
import type { JsonValue } from "../core/json/json-value.ts";
import { defineNode, type NodeState } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData, choice } from "./builtin-data.ts";
import { firstInput } from "./first-input.ts";

/** `variable`: keeps a value for later nodes of the run. */
export const variableNode = defineNode({
  type: "variable",
  description: "Keeps a value under a name for later nodes of the run, or gives one that was kept.",
  data: builtinData(
    {
      var_name: z.string().describe("The name; any text."),
      var_op: choice(["set", "get"], "Whether to keep the first input or to give what is kept."),
    },
    { required: { var_name: "variable node missing var_name", var_op: "variable node missing var_op (get or set)" } },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  stateful: true,
  async run({ data, inputs, state }) {
    const value = await applyOperation(data.var_op, data.var_name, inputs, state);
    return { var_name: data.var_name, operation: data.var_op, value };
  },
});

async function applyOperation(
  operation: string,
  name: string,
  inputs: readonly JsonValue[],
  state: NodeState,
): Promise<JsonValue> {
  const key = `variable:${name}`;
  if (operation === "set") {
    const value = firstInput(inputs, "variable set operation requires input value");
    state.set(key, value);
    return value;
  }
  if (operation !== "get") throw new TerminalError(`unsupported variable operation: ${operation} (use 'get' or 'set')`);
  const value = await state.get(key);
  if (value === undefined) throw new TerminalError(`variable '${name}' not found`);
  return value;
}
