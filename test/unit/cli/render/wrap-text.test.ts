import { expect, test } from "vitest";
import { wrapText } from "../../../../src/cli/render/wrap-text.ts";

test.each([
  ["", 10, [""]],
  ["one two", 7, ["one two"]],
  ["one two", 6, ["one", "two"]],
  ["incomprehensible, isn't it", 8, ["incomprehensible,", "isn't it"]],
  ["漢字 漢字", 8, ["漢字", "漢字"]],
  ["a b c", Infinity, ["a b c"]],
])("wrapText(%j, %j) breaks between words", (text, width, lines) => {
  expect(wrapText(text, width)).toEqual(lines);
});
