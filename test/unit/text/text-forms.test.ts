import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../src/core/json/json-value.ts";
import { parseDecimal } from "../../../src/core/text/decimal.ts";
import { formatPath } from "../../../src/core/text/format-path.ts";
import { quote } from "../../../src/core/text/quote.ts";
import { textForm } from "../../../src/core/text/text-form.ts";
import { isWhiteSpace, trimWhiteSpace } from "../../../src/core/text/white-space.ts";

describe("textForm", () => {
  test.each<[JsonValue, string]>([
    ["a b", "a b"],
    [1_000_000, "1000000"],
    [1e21, "1e+21"],
    [0.00001, "0.00001"],
    [1e-7, "1e-7"],
    [-0, "0"],
    [true, "true"],
    [null, "null"],
    [[1, "a b"], '[1,"a b"]'],
    [{ b: 1, a: {} }, '{"b":1,"a":{}}'],
    [[-0], "[0]"],
  ])("of %j is %s", (value, text) => {
    expect(textForm(value)).toBe(text);
  });
});

describe("parseDecimal", () => {
  test.each<[string, number]>([
    ["-2.5", -2.5],
    [".5", 0.5],
    ["7.", 7],
    ["1E+3", 1000],
    ["+4e-1", 0.4],
    ["007", 7],
  ])("reads %s", (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  test.each(["", ".", "+", "e5", "1e", "0x10", "1_0", "inf", "NaN", "Infinity", "1e400", " 1", "1 ", "1,5", "٣", "--1", "1\n"])(
    "refuses %j",
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );

  test("takes long texts in a moment", () => {
    expect(parseDecimal(`${"1".repeat(1_000_000)}x`)).toBeUndefined();
  });
});

describe("white space", () => {
  test("is Unicode's White_Space, no more and no less", () => {
    const units = Array.from({ length: 0x10000 }, (_, unit) => unit);
    const wrong = units.filter((unit) => isWhiteSpace(unit) !== /\p{White_Space}/u.test(String.fromCharCode(unit)));
    expect(wrong).toEqual([]);
    expect(isWhiteSpace(0x85)).toBe(true);
    expect(isWhiteSpace(0xfeff)).toBe(false);
  });

  test("is trimmed at both ends only", () => {
    expect(trimWhiteSpace("\u0085\u00a0 a\u2003b\u3000\n")).toBe("a\u2003b");
    expect(trimWhiteSpace("\ufeffa\u200b")).toBe("\ufeffa\u200b");
    expect(trimWhiteSpace(" \t ")).toBe("");
  });
});

test("quote writes a text as JSON does", () => {
  expect(quote('a"\n\u2028')).toBe(JSON.stringify('a"\n\u2028'));
});

test("formatPath writes a path as one would in code", () => {
  expect(formatPath([])).toBe("");
  expect(formatPath(["nodes", 3, "data", "op"])).toBe("nodes[3].data.op");
  expect(formatPath(["data", "a b", "__proto__", "1", ""])).toBe('data["a b"].__proto__["1"][""]');
});
