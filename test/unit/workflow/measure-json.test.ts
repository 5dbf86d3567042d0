import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { copyJson } from "../../../src/core/workflow/copy-json.ts";
import { measureJson } from "../../../src/core/workflow/measure-json.ts";

const json = fc.jsonValue({ stringUnit: "binary", maxDepth: 5 });

describe("measureJson", () => {
  test("counts the bytes of the JSON text", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(measureJson(value, Number.POSITIVE_INFINITY)).toBe(Buffer.byteLength(JSON.stringify(value)));
      }),
    );
  });

  test("counts what lies deep, among others", () => {
    fc.assert(
      fc.property(json, fc.nat(60), (value, depth) => {
        let nested: unknown = value;
        for (let level = 0; level < depth; level += 1) nested = level % 2 === 0 ? [1, nested] : { before: "b", nested };
        expect(measureJson(nested, Number.POSITIVE_INFINITY)).toBe(Buffer.byteLength(JSON.stringify(nested)));
      }),
    );
  });

  test("counts a reference back as nothing, and comes to an end with many of them", () => {
    const circle: unknown[] = [1];
    circle.push(...Array.from({ length: 50 }, () => circle));
    expect(measureJson(circle, Number.POSITIVE_INFINITY)).toBe("[1]".length + 50);
  });

  test("counts long texts as well", () => {
    for (const text of ["a".repeat(500), '"\n\u0001é😀\u007f'.repeat(50)]) {
      expect(measureJson(text, Number.POSITIVE_INFINITY)).toBe(Buffer.byteLength(JSON.stringify(text)));
    }
  });

  test("stops when it has seen enough", () => {
    let looks = 0;
    const watched = Array.from({ length: 100 }, () => ({
      get text(): string {
        looks++;
        return "0123456789";
      },
    }));
    expect(measureJson(watched, 300)).toBeGreaterThan(300);
    expect(looks).toBeLessThan(20);
  });
});

describe("copyJson", () => {
  test("gives the same JSON text, in objects of its own", () => {
    fc.assert(
      fc.property(json, (value) => {
        const copy = copyJson(value);
        expect(copy.kind).toBe("copied");
        if (copy.kind === "copied") expect(JSON.stringify(copy.value)).toBe(JSON.stringify(value));
      }),
    );
  });

  test("gives objects without prototype", () => {
    const copy = copyJson({ a: [{}] });
    expect(copy.kind === "copied" && Object.getPrototypeOf(copy.value)).toBeNull();
  });

  test("copies what is used twice, as long as it is no circle", () => {
    const shared = { a: 1 };
    expect(copyJson([shared, shared])).toEqual({ kind: "copied", value: [{ a: 1 }, { a: 1 }] });
  });
});
