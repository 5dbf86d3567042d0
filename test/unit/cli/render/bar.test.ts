import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderBar, renderSpan } from "../../../../src/cli/render/bar.ts";

describe("renderBar", () => {
  test("fills by eighths of a column", () => {
    expect(renderBar(0, 4)).toEqual({ filled: "", rest: "────" });
    expect(renderBar(0.5, 4)).toEqual({ filled: "██", rest: "──" });
    expect(renderBar(0.28125, 4)).toEqual({ filled: "█▏", rest: "──" });
    expect(renderBar(1, 4)).toEqual({ filled: "████", rest: "" });
  });

  test("looks whole only if it is", () => {
    expect(renderBar(0.9999, 4).filled).toBe("███▉");
  });

  test("always has the width", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.integer({ min: 1, max: 50 }), (fraction, width) => {
        const { filled, rest } = renderBar(fraction, width);
        expect((filled + rest).length).toBe(width);
      }),
    );
  });
});

describe("renderSpan", () => {
  test("lies where the time was spent", () => {
    expect(renderSpan(0.25, 0.75, 8)).toEqual({ before: "  ", span: "████" });
    expect(renderSpan(1, 1, 8)).toEqual({ before: "       ", span: "▏" });
  });

  test("never leaves the line", () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fraction, fraction, fc.integer({ min: 1, max: 50 }), (a, b, width) => {
        const { before, span } = renderSpan(Math.min(a, b), Math.max(a, b), width);
        expect(before.length + span.length).toBeLessThanOrEqual(width);
        expect(span).not.toBe("");
      }),
    );
  });
});
