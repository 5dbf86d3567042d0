import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../src/core/json/json-value.ts";
import { valueAt } from "../../../src/core/json/value-at.ts";

const ROOT = JSON.parse('{"a":{"b-c":[{"d":1},null]},"0":"zero","":"empty","__proto__":{"x":2}}') as JsonValue;

describe("valueAt", () => {
  test.each<[string, JsonValue]>([
    ["", ROOT],
    ["a.b-c.0.d", 1],
    ["a.b-c.1", null],
    ["0", "zero"],
    ["__proto__.x", 2],
  ])("finds %j", (path, value) => {
    expect(valueAt(ROOT, path)).toEqual(value);
  });

  test.each([
    "b",
    "a.b",
    "a.b-c.2",
    "a.b-c.00",
    "a.b-c.-1",
    "a.b-c.length",
    "a.b-c.1.d",
    "constructor",
    "a.toString",
    "0.length",
    "0.0",
  ])("finds nothing at %j", (path) => {
    expect(valueAt(ROOT, path)).toBeUndefined();
  });
});
