import type { JsonValue } from "../core/json/json-value.ts";
import { conditionHolds, invalidCondition, parseCondition } from "../core/text/condition.ts";

/** The fault of a condition that cannot be read. */
export function conditionFault(text: string): string | undefined {
  return parseCondition(text) === undefined ? invalidCondition(text) : undefined;
}

/** Whether a value meets the condition; one that cannot be read is met by nothing. */
export function meetsCondition(text: string, value: JsonValue): boolean {
  const condition = parseCondition(text);
  return condition !== undefined && conditionHolds(condition, value);
}
