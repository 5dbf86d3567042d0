import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { camelCase, inverseCase, titleCase } from "../../../src/nodes/text/letter-case.ts";

const asciiText = fc.stringMatching(/^[aZq09 _.'\t-]*$/);

describe("titleCase", () => {
  test.each([
    ["DON'T mother-in-law foo_bar 3rd “quoted”", "Don't Mother-In-Law Foo_bar 3rd “Quoted”"],
    ["ßa ﬁn ΟΔΟΣ", "SSa FIn Οδος"],
    ["e\u0301tude a\u0301b", "E\u0301tude A\u0301b"],
  ])("of %j is %j", (text, expected) => {
    expect(titleCase(text)).toBe(expected);
  });

  test("changes nothing the second time", () => {
    fc.assert(fc.property(asciiText, (text) => titleCase(titleCase(text)) === titleCase(text)));
  });
});

describe("camelCase", () => {
  test.each([
    ["petit éléphant", "petitÉléphant"],
    ["  Two\u0085Words\u2003HERE ", "twoWordsHere"],
    ["one\ufeffword", "one\ufeffword"],
    ["a 𐐨𐐨", "a𐐀𐐨"],
    [" \t ", " \t "],
    ["", ""],
  ])("of %j is %j", (text, expected) => {
    expect(camelCase(text)).toBe(expected);
  });

  test("leaves no white space if there is a word", () => {
    fc.assert(fc.property(asciiText, (text) => text.trim() === "" || !/\s/.test(camelCase(text))));
  });
});

describe("inverseCase", () => {
  test.each([
    ["aBc ß ǅ 1", "AbC SS ǅ 1"],
    ["𐐀𐐨", "𐐨𐐀"],
  ])("of %j is %j", (text, expected) => {
    expect(inverseCase(text)).toBe(expected);
  });

  test("done twice gives ASCII back", () => {
    fc.assert(fc.property(asciiText, (text) => inverseCase(inverseCase(text)) === text));
  });
});
