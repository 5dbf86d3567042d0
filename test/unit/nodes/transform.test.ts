import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/core/json/json-value.ts";
import { compareIds } from "../../../src/core/text/compare-bytes.ts";
import { extractNode } from "../../../src/nodes/extract-node.ts";
import { flatten } from "../../../src/nodes/flatten.ts";
import { splitNode } from "../../../src/nodes/split-node.ts";
import { transformNode } from "../../../src/nodes/transform-node.ts";
import { runNode } from "./run-node.ts";

function transform(transform_type: string, input: JsonValue): Promise<JsonValue> {
  return runNode(transformNode, { data: { transform_type }, inputs: [input] });
}

describe("flatten", () => {
  test("gives what Array.prototype.flat does", () => {
    const { list } = fc.letrec<{ list: JsonValue[] }>((tie) => ({
      list: fc.array(fc.oneof({ depthSize: "small" }, fc.integer(), tie("list"))),
    }));
    fc.assert(
      fc.property(list, (items) => {
        expect(JSON.stringify(flatten(items))).toBe(JSON.stringify((items as unknown[]).flat(1000)));
      }),
    );
  });

  test("does not mind a list nested 100,000 deep", () => {
    let items: JsonValue[] = [1];
    for (let depth = 0; depth < 100_000; depth++) items = [items];
    expect(flatten(items)).toEqual([1]);
  });
});

describe("transform", () => {
  test("lists keys by their UTF-8 bytes, and values in the order of keys", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: "binary" }), fc.integer()), async (object) => {
        const keys = (await transform("keys", object)) as string[];
        const sorted = Object.keys(object).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(keys).toEqual(sorted);
        expect(await transform("values", object)).toEqual(sorted.map((key) => object[key]));
        expect([...keys].sort(compareIds)).toEqual(keys);
      }),
    );
  });

  test("makes __proto__ and constructor keys like any other", async () => {
    const object = await transform("to_object", ["__proto__", { a: 1 }, "constructor", 2, "odd"]);
    expect(JSON.stringify(object)).toBe('{"__proto__":{"a":1},"constructor":2}');
  });
});

describe("extract", () => {
  test.each(["constructor", "__proto__", "toString"])("does not find an inherited %s", async (field) => {
    await expect(runNode(extractNode, { data: { field }, inputs: [{ a: 1 }] })).rejects.toThrow(
      `field '${field}' not found in input object`,
    );
    expect(await runNode(extractNode, { data: { fields: [field, "a"] }, inputs: [{ a: 1 }] })).toEqual({ a: 1 });
  });

  test("takes own fields of such names", async () => {
    const input = JSON.parse('{"__proto__":1,"b":2}') as JsonObject;
    const result = await runNode(extractNode, { data: { fields: ["b", "__proto__"] }, inputs: [input] });
    expect(JSON.stringify(result)).toBe('{"b":2,"__proto__":1}');
  });
});

describe("split", () => {
  test("keeps every path as an own key", async () => {
    const result = await runNode(splitNode, { data: { paths: ["__proto__", "a", "__proto__"] }, inputs: [7] });
    expect(JSON.stringify(result)).toBe('{"value":7,"paths":["__proto__","a","__proto__"],"outputs":{"__proto__":7,"a":7}}');
  });
});
