import { TerminalError } from "../core/errors/node-errors.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData, choice } from "./builtin-data.ts";
import { finite } from "./finite.ts";

/** `operation`: arithmetic on the first two inputs. */
export const operationNode = defineNode({
  type: "operation",
  description: "Adds, subtracts, multiplies or divides its first two inputs.",
  data: builtinData(
    { op: choice(["add", "subtract", "multiply", "divide"], "What to do with the first input and the second.") },
    { required: { op: "operation node missing op" } },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }) {
    const [left, right] = inputs;
    if (left === undefined || right === undefined) throw new TerminalError(`operation needs 2 inputs, got ${inputs.length}`);
    if (typeof left !== "number" || typeof right !== "number") throw new TerminalError("operation inputs must be numbers");
    return finite("operation", calculate(data.op, left, right));
  },
});

function calculate(operation: string, left: number, right: number): number {
  switch (operation) {
    case "add":
      return left + right;
    case "subtract":
      return left - right;
    case "multiply":
      return left * right;
    case "divide":
      if (right === 0) throw new TerminalError("division by zero");
      return left / right;
    default:
      throw new TerminalError(`unknown operation: ${operation}`);
  }
}
