import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareIds, sortIds } from "../../../src/core/text/compare-bytes.ts";

/** Texts that meet where UTF-16 order and byte order part. */
const wellFormed = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      "a",
      "\u007f",
      "\u0080",
      "\ud7ff",
      "\ue000",
      "\uff5e",
      "\uffff",
      "\u{10000}",
      "\u{1f600}",
      "\u{10ffff}",
    ),
  }),
);

describe("compareIds", () => {
  test("orders as the UTF-8 bytes do", () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        expect(Math.sign(compareIds(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  test("puts 10 before 2, capitals before small letters, and the first plane before the others", () => {
    const ids = ["😀", "～", "é", "a", "_", "B", "2", "10"];
    expect(ids.sort(compareIds)).toEqual(["10", "2", "B", "_", "a", "é", "～", "😀"]);
  });

  test("answers 0 for equal ids only", () => {
    expect(compareIds("a", "a")).toBe(0);
    expect(compareIds("", "")).toBe(0);
    expect(compareIds("a", "ab")).toBeLessThan(0);
  });
});

describe("sortIds", () => {
  test("agrees with compareIds", () => {
    fc.assert(
      fc.property(fc.array(wellFormed), (ids) => {
        expect(sortIds([...ids])).toEqual([...ids].sort(compareIds));
      }),
    );
  });
});
