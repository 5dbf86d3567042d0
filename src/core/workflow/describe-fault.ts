import type { z } from "zod";
import { quote } from "../text/quote.ts";

/** Given to every `safeParse` of a payload: the words of its faults. With the field that zod adds, what it makes of this has one shape. */
export const FAULT_TEXTS = { error: (issue: z.core.$ZodRawIssue): string => describeFault(issue), async: false };

const EXPECTED: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** What was expected in one place of a payload, and what was found there. */
export function describeFault(issue: z.core.$ZodRawIssue): string {
  const found = describeFound(issue.input);
  switch (issue.code) {
    case "invalid_type":
      return `expected ${EXPECTED[issue.expected] ?? issue.expected}, found ${found}`;
    case "too_small":
      return `expected ${isSafeBound(issue.minimum) ? SAFE_WHOLE_NUMBER : `${String(issue.minimum)} or more`}, found ${found}`;
    case "too_big":
      return `expected ${isSafeBound(issue.maximum) ? SAFE_WHOLE_NUMBER : `${String(issue.maximum)} or less`}, found ${found}`;
    case "invalid_value":
      return `expected ${issue.values.map((value) => quote(String(value))).join(" or ")}, found ${found}`;
    default:
      return `not usable: ${issue.message ?? issue.code}`;
  }
}

const SAFE_WHOLE_NUMBER = "a whole number below 2^53 in magnitude";

function isSafeBound(bound: number | bigint): boolean {
  return Math.abs(Number(bound)) === Number.MAX_SAFE_INTEGER;
}

/** Names what was found, with the value where it is short. */
export function describeFound(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "nothing";
    case "string":
      return value.length <= 40 ? `the text ${quote(value)}` : "text";
    case "number":
      return describeNumber(value);
    case "boolean":
      return String(value);
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? "a list" : "an object";
    default:
      return `a ${typeof value}`;
  }
}

function describeNumber(value: number): string {
  return Math.abs(value) === Infinity ? "a number too large for a double" : `the number ${value}`;
}
