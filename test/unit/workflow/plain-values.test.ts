import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DATA_FIELDS, isPlainValue } from "../../../src/core/workflow/payload-schema.ts";

const value = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, undefined, true, "", 0, -0, 2 ** 53, 5e-324, Number.MAX_VALUE, new String("s"), new Number(1), 1n),
  fc.jsonValue(),
);

describe("isPlainValue", () => {
  test.each([...DATA_FIELDS])("takes for %s nothing that the schema would refuse or change", (_field, schema) => {
    fc.assert(
      fc.property(value, (given) => {
        if (!isPlainValue(schema, given)) return;
        const parsed = schema.safeParse(given);
        expect(parsed.success).toBe(true);
        expect(Object.is(parsed.data, given)).toBe(true);
      }),
    );
  });

  test("takes texts and numbers, so that they cost no schema", () => {
    expect(isPlainValue(DATA_FIELDS.get("op") ?? expect.fail(), "add")).toBe(true);
    expect(isPlainValue(DATA_FIELDS.get("value") ?? expect.fail(), 1.5)).toBe(true);
  });
});
