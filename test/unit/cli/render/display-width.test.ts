import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth, pad, truncate } from "../../../../src/cli/render/display-width.ts";

describe("displayWidth", () => {
  test.each([
    ["", 0],
    ["abc", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["東京", 4],
    ["한국", 4],
    ["👩‍💻", 2],
    ["👍🏽!", 3],
    ["█─✔·", 4],
  ])("of %j is %d", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe("truncate", () => {
  test("leaves what fits", () => {
    expect(truncate("abc", 3)).toBe("abc");
    expect(truncate("東京", 4)).toBe("東京");
  });

  test("shows that something is missing", () => {
    expect(truncate("abcdef", 4)).toBe("abc…");
    expect(truncate("東京都", 4)).toBe("東…");
    expect(truncate("abc", 0)).toBe("");
  });

  test("is never wider than asked, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), (text, width) => {
        expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe("pad", () => {
  test("counts columns, not characters", () => {
    expect(pad("東", 4)).toBe("東  ");
    expect(pad("ab", 4, "right")).toBe("  ab");
    expect(pad("abcdef", 4)).toBe("abcdef");
  });
});
