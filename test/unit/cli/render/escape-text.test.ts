import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeText } from "../../../../src/cli/render/escape-text.ts";

describe("escapeText", () => {
  test.each([
    ["an ANSI sequence", "\u001b[31mred", "\\u001b[31mred"],
    ["a C1 control sequence introducer", "a\u009b2J", "a\\u009b2J"],
    ["a terminal title", "\u001b]0;owned\u0007", "\\u001b]0;owned\\u0007"],
    ["line breaks and tabs", "a\r\nb\tc", "a\\r\\nb\\tc"],
    ["delete", "\u007f", "\\u007f"],
    ["a bidirectional override", "abc\u202edcb", "abc\\u202edcb"],
    ["bidirectional isolates and marks", "\u2066a\u2069\u200f\u061c", "\\u2066a\\u2069\\u200f\\u061c"],
    ["separators of lines and paragraphs", "\u2028\u2029", "\\u2028\\u2029"],
    ["invisible characters", "a\u200bb\ufeffc\u00ad", "a\\u200bb\\ufeffc\\u00ad"],
    ["tag characters", "\u{e0041}", "\\udb40\\udc41"],
    ["a lone surrogate", "\ud800x", "\\ud800x"],
    ["a joiner outside an emoji", "a\u200db", "a\\u200db"],
  ])("escapes %s", (_, text, expected) => {
    expect(escapeText(text)).toBe(expected);
  });

  test("leaves what only looks foreign", () => {
    for (const text of ["plain", "Zürich 東京 עברית العربية", "👩‍💻 👍🏽 🇨🇭", 'a\\b "c"', "e\u0301"])
      expect(escapeText(text)).toBe(text);
  });

  test("cuts piles of combining marks short", () => {
    expect(escapeText(`a${"\u0301".repeat(5)}`)).toBe(`a${"\u0301".repeat(3)}\\u0301\\u0301`);
  });

  test("lets no control character through, whatever the text", () => {
    const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !unsafe.test(escapeText(text))));
  });

  test("keeps JSON text the same JSON", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => JSON.parse(escapeText(JSON.stringify(text))) === text));
  });
});
