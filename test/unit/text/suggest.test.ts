import { describe, expect, test } from "vitest";
import { didYouMean, suggest } from "../../../src/core/text/suggest.ts";

const KNOWN = ["timeoutMs", "attempts", "var_name", "value", "type", "id", "op"];

describe("suggest", () => {
  test.each([
    ["timeoutMS", "timeoutMs"],
    ["timeout_ms", "timeoutMs"],
    ["atempts", "attempts"],
    ["varName", "var_name"],
    ["vaule", "value"],
    ["tpye", "type"],
    ["Id", "id"],
  ])("takes %s for %s", (word, meant) => {
    expect(suggest(word, KNOWN)).toBe(meant);
  });

  test.each(["x", "y", "w", "colour", "", "zz", "v".repeat(1_000_000)])("has nothing to offer for other words (%#)", (word) => {
    expect(suggest(word, KNOWN)).toBeUndefined();
  });
});

test("didYouMean ends a message, or adds nothing", () => {
  expect(didYouMean("timeoutMS", KNOWN)).toBe(': did you mean "timeoutMs"?');
  expect(didYouMean("colour", KNOWN)).toBe("");
});
