import { isJsonObject, type JsonValue } from "../json/json-value.ts";
import { parseDecimal } from "./decimal.ts";
import { quote } from "./quote.ts";
import { trimWhiteSpace } from "./white-space.ts";

/** Longer operators first: `>=` begins with `>`. */
const OPERATORS = [">=", "<=", "==", "!=", ">", "<"] as const;

type Operator = (typeof OPERATORS)[number];

/** A condition that has been read: one that always or never holds, or a comparison with a number. */
export type Condition =
  | { readonly kind: "constant"; readonly holds: boolean }
  | { readonly kind: "comparison"; readonly operator: Operator; readonly operand: number };

/** Reads `true`, `false` or an operator and a decimal number; `undefined` for anything else, see {@link invalidCondition}. */
export function parseCondition(text: string): Condition | undefined {
  if (text === "true" || text === "false") return { kind: "constant", holds: text === "true" };
  const trimmed = trimWhiteSpace(text);
  const operator = OPERATORS.find((candidate) => trimmed.startsWith(candidate));
  if (operator === undefined) return undefined;
  const operand = parseDecimal(trimWhiteSpace(trimmed.slice(operator.length)));
  return operand === undefined ? undefined : { kind: "comparison", operator, operand };
}

/** What a node fails with whose condition cannot be read. */
export function invalidCondition(text: string): string {
  return `invalid condition ${quote(text)}: use true, false, or > < >= <= == != followed by a number`;
}

/** Whether the condition holds for an input. A comparison looks at a number or at an object's own `value`; it is false for all else. */
export function conditionHolds(condition: Condition, input: JsonValue): boolean {
  if (condition.kind === "constant") return condition.holds;
  const compared = comparedNumber(input);
  return compared !== undefined && compare(compared, condition.operator, condition.operand);
}

function comparedNumber(input: JsonValue): number | undefined {
  const candidate = isJsonObject(input) && Object.hasOwn(input, "value") ? input["value"] : input;
  return typeof candidate === "number" ? candidate : undefined;
}

function compare(left: number, operator: Operator, right: number): boolean {
  switch (operator) {
    case ">":
      return left > right;
    case "<":
      return left < right;
    case ">=":
      return left >= right;
    case "<=":
      return left <= right;
    case "==":
      return left === right;
    case "!=":
      return left !== right;
  }
}
