import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findJsonFault } from "../../../src/cli/find-json-fault.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("findJsonFault", () => {
  test.each([
    ["", 1, 1, "expected value, found the end of the text"],
    ['{"a": 1,\n  "b": }', 2, 8, 'expected value, found "}"'],
    ['{"a": 1,}', 1, 9, 'expected key in double quotes, found "}"'],
    ["{a: 1}", 1, 2, 'expected key in double quotes or }, found "a"'],
    ["[1 2]", 1, 4, 'expected , or ], found "2"'],
    ["[01]", 1, 2, 'expected value or ], found "0"'],
    ["nulls", 1, 1, 'expected value, found "n"'],
    ["{} x", 1, 4, 'expected end of the text, found "x"'],
    ['["a\nb"]', 1, 4, "line break or control character in a string"],
    ['["\\x"]', 1, 3, "bad escape sequence in a string"],
    ['["abc', 1, 6, "the text ends inside a string"],
    ["[😀]", 1, 2, 'expected value or ], found "😀"'],
  ])("of %j lies at %d:%d", (text, line, column, message) => {
    expect(findJsonFault(text)).toEqual({ line, column, message });
  });

  test("agrees with JSON.parse on valid JSON", () => {
    fc.assert(fc.property(fc.json(), (text) => findJsonFault(text) === undefined));
  });

  test("agrees with JSON.parse on JSON with a slip", () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom("", ",", "]", "}", '"', "\\", "0", "\n", ".", "-"),
        (text, where, slip) => {
          const at = where % (text.length + 1);
          const slipped = text.slice(0, at) + slip + text.slice(at + 1);
          expect(findJsonFault(slipped) === undefined).toBe(isJson(slipped));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("takes depth and long strings in its stride", () => {
    expect(findJsonFault("[".repeat(1_000_000))?.column).toBe(1_000_001);
    expect(findJsonFault(`"${"x".repeat(5_000_000)}`)?.column).toBe(5_000_002);
  });
});
