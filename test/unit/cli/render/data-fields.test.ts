import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readDataFields, type DataField } from "../../../../src/cli/render/data-fields.ts";
import { defineNode } from "../../../../src/core/node/define-node.ts";

function fieldsOf(data: z.ZodType, rules: { placeholders?: string[]; secretFields?: string[] } = {}) {
  return readDataFields(defineNode({ type: "own", data, ...rules, run: () => null }));
}

/** The type of a single field with this schema. */
function typeOf(schema: z.ZodType): string | undefined {
  return fieldsOf(z.object({ field: schema }))?.[0]?.type;
}

function field(path: string, parts: Partial<DataField>): DataField {
  const rest = { default: undefined, description: undefined, placeholders: "none" } as const;
  return { path, type: "text", choices: [], isRequired: true, ...rest, ...parts };
}

describe("readDataFields", () => {
  test("tells of defaults, choices and descriptions", () => {
    const unit = z.enum(["C", "F"]).default("C").describe("The unit.");
    expect(fieldsOf(z.strictObject({ city: z.string(), unit, note: z.string().optional() }))).toEqual([
      field("city", {}),
      field("unit", { choices: ["C", "F"], isRequired: false, default: "C", description: "The unit." }),
      field("note", { isRequired: false }),
    ]);
  });

  test("tells of what is inside of objects and lists", () => {
    const address = z.object({ city: z.string(), zip: z.string().optional() });
    const schema = z.object({ from: address, stops: z.array(z.object({ at: z.number().describe("When.") })) });
    expect(fieldsOf(schema)).toEqual([
      field("from", { type: "object" }),
      field("from.city", {}),
      field("from.zip", { isRequired: false }),
      field("stops", { type: "list of objects" }),
      field("stops[].at", { type: "number", description: "When." }),
    ]);
  });

  test("ends in a schema that refers to itself", () => {
    const tree = z.object({
      name: z.string(),
      get children() {
        return z.array(tree);
      },
    });
    const paths = fieldsOf(z.object({ tree }))?.map(({ path }) => path);
    expect(paths).toContain("tree.children[].name");
    expect(paths?.length).toBeLessThan(10);
  });

  test("tells what is expanded where", () => {
    const schema = z.object({ url: z.string(), body: z.string(), op: z.string() });
    const fields = fieldsOf(schema, { placeholders: ["url", "body", "other"], secretFields: ["url"] });
    expect(fields?.map(({ placeholders }) => placeholders)).toEqual(["values and secrets", "values", "none"]);
  });

  test("gives up on schemas without fields of their own", () => {
    expect(fieldsOf(z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]))).toBeUndefined();
    expect(fieldsOf(z.any())).toBeUndefined();
    expect(fieldsOf({ safeParse: () => ({ success: true }) } as unknown as z.ZodType)).toBeUndefined();
    expect(fieldsOf(z.looseObject({}))).toEqual([]);
  });

  test.each([
    ["text", z.string()],
    ["text (email)", z.email()],
    ["text", z.string().transform(Number)],
    ["whole number", z.int()],
    ["whole number of at least 1", z.int().min(1)],
    ["number of at most 5", z.number().max(5)],
    ["number from 0 to 1", z.number().min(0).max(1)],
    ["number above 0 and below 1", z.number().gt(0).lt(1)],
    ["boolean", z.boolean()],
    ["text or null", z.string().nullable()],
    ["text or number", z.union([z.string(), z.number()])],
    ["text", z.literal("on")],
    ["number", z.literal(5)],
    ["any", z.any()],
    ["any", z.any().nullable()],
    ["any", z.date()],
    ["list", z.array(z.any())],
    ["list of whole numbers", z.array(z.int())],
    ["list", z.tuple([z.string(), z.number()])],
    ["list", z.array(z.union([z.string(), z.number()]))],
    ["object", z.record(z.string(), z.number())],
  ])("calls a type %s", (words, schema) => {
    expect(typeOf(schema)).toBe(words);
  });
});
