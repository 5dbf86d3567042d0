import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../src/core/json/json-value.ts";
import { conditionHolds, invalidCondition, parseCondition } from "../../../src/core/text/condition.ts";

function holds(text: string, input: JsonValue): boolean | undefined {
  const condition = parseCondition(text);
  return condition === undefined ? undefined : conditionHolds(condition, input);
}

describe("parseCondition", () => {
  test.each([">30", " >= 1e3 ", "==\u00a0.5", "\u0085!=-2", "<\t7.", "<=+1"])("reads %j", (text) => {
    expect(parseCondition(text)).toMatchObject({ kind: "comparison" });
  });

  test.each([
    "",
    " true",
    "True",
    "1",
    ">",
    "> >1",
    "=1",
    "=>1",
    "> 0x10",
    "> 1_000",
    "> inf",
    "> 1e400",
    ">1 2",
    ">\ufeff1",
    ">\u200b1",
  ])("refuses %j", (text) => {
    expect(parseCondition(text)).toBeUndefined();
  });

  test("takes long runs of white space in a moment", () => {
    expect(parseCondition(`>${" ".repeat(500_000)}x${" ".repeat(500_000)}y`)).toBeUndefined();
  });
});

describe("conditionHolds", () => {
  test.each<[string, JsonValue, boolean]>([
    ["true", null, true],
    ["false", 5, false],
    [">30", 31, true],
    [">30", 30, false],
    [">=30", 30, true],
    ["<=30", 30.5, false],
    ["<1", -1, true],
    ["==0", -0, true],
    ["!=5", 5, false],
    ["!=5", 6, true],
    ["!=5", "6", false],
    ["!=5", null, false],
    ["!=5", [6], false],
    [">1", { value: 2 }, true],
    [">1", { value: { value: 2 } }, false],
    [">1", { other: 2 }, false],
    [">1", true, false],
  ])("%s of %j is %s", (text, input, expected) => {
    expect(holds(text, input)).toBe(expected);
  });
});

test("invalidCondition quotes what was written", () => {
  expect(invalidCondition('> "x"')).toBe(
    'invalid condition "> \\"x\\"": use true, false, or > < >= <= == != followed by a number',
  );
});
