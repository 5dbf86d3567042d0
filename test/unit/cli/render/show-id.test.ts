import { describe, expect, test } from "vitest";
import { showId } from "../../../../src/cli/render/show-id.ts";

describe("showId", () => {
  test("leaves a plain id alone", () => {
    expect(showId("read:flights-1")).toBe("read:flights-1");
  });

  test.each([
    ["a b", '"a b"'],
    ["a, b", '"a, b"'],
    ["a\nb", '"a\\nb"'],
    ['"', '"\\""'],
  ])("quotes %j, which would run into the text around it", (id, shown) => {
    expect(showId(id)).toBe(shown);
  });

  test("escapes what a terminal acts on", () => {
    expect(showId("\u001b[2Jx")).toBe("\\u001b[2Jx");
  });

  test("cuts long ids to the width, also in the middle of a surrogate pair", () => {
    expect(showId("x".repeat(500), 10)).toBe(`${"x".repeat(9)}…`);
    expect(showId("😀".repeat(500), 5)).toBe("😀😀…");
    expect(showId("x".repeat(500))).toHaveLength(500);
  });
});
