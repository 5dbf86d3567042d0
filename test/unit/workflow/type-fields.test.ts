import { describe, expect, test } from "vitest";
import { InvalidWorkflowError } from "../../../src/core/errors/levelflow-error.ts";
import type { JsonObject } from "../../../src/core/json/json-value.ts";
import { BUILTIN_TYPES } from "../../../src/core/workflow/builtin-types.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";
import { DATA_FIELDS, TYPE_FIELDS } from "../../../src/core/workflow/payload-schema.ts";
import { validateWorkflow } from "../../../src/core/workflow/validate-workflow.ts";

const FIELDS = { method: 5, headers: ["x"], body: { a: null }, json: [null, "{{input}}"], response_type: true };

function dataOf(data: unknown, type?: string): JsonObject | undefined {
  return parseWorkflow({ nodes: [{ id: "n", type, data }] }).nodes[0]?.data;
}

function faultOf(data: unknown, type?: string): string {
  try {
    parseWorkflow({ nodes: [{ id: "n", type, data }] });
  } catch (error) {
    if (error instanceof InvalidWorkflowError) return error.issues.map(({ path, message }) => `${path}: ${message}`).join("\n");
    throw error;
  }
  return "no fault";
}

function warningsOf(data: unknown, type?: string): string[] {
  return validateWorkflow({ nodes: [{ id: "n", type, data }] }).warnings.map(({ path, message }) => `${path}: ${message}`);
}

describe("fields that only http nodes have", () => {
  test.each([undefined, null, "", "http"])("are kept as they are, with the type %j", (type) => {
    expect(dataOf({ ...FIELDS, url: "http://x/", unknown: 1 }, type as string)).toEqual({ ...FIELDS, url: "http://x/" });
  });

  test("are kept without the field that tells the type, if the type is given", () => {
    expect(dataOf(FIELDS, "http")).toEqual(FIELDS);
    expect(dataOf(FIELDS)).toEqual({});
  });

  test.each(["number", "text_input", "delay"])("are dropped from %s nodes, whatever they hold", (type) => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(dataOf({ ...FIELDS, json: circle, url: "http://x/", label: "a" }, type)).toEqual({ url: "http://x/", label: "a" });
    expect(dataOf({ ...FIELDS, text: "a", url: "http://x/" })).toEqual({ text: "a", url: "http://x/" });
  });

  test("are absent if they are null", () => {
    expect(dataOf({ url: "u", method: null, headers: null, body: undefined, json: null, response_type: null })).toEqual({
      url: "u",
    });
  });

  test("are copied, so that no key means something to JavaScript", () => {
    const headers: unknown = JSON.parse('{"__proto__":"a","constructor":"b"}');
    const data = dataOf({ url: "u", headers });
    expect(JSON.stringify(data)).toBe('{"url":"u","headers":{"__proto__":"a","constructor":"b"}}');
    expect(data?.["headers"]).not.toBe(headers);
  });

  test("are JSON, or a fault of the payload", () => {
    expect(faultOf({ url: "u", json: { a: [Number.NaN] } })).toMatch(/^nodes\[0\]\.data\.json\.a\[0\]: expected a number/);
    expect(faultOf({ url: "u", body: () => 1 })).toBe("nodes[0].data.body: expected a JSON value, found a function");
    let deep: unknown = [];
    for (let level = 0; level < 5_000; level++) deep = [deep];
    expect(faultOf({ headers: deep }, "http")).toContain("expected at most 200 lists and objects inside each other");
    expect(faultOf({ url: "u", json: new Date(0) })).toContain("an instance of Date");
    expect(faultOf({ value: 1, json: Number.NaN })).toBe("no fault");
  });
});

describe("warnings of keys", () => {
  test("know the fields of http nodes, and slips of them", () => {
    expect(warningsOf({ ...FIELDS, url: "u" })).toEqual([]);
    for (const type of ["http", undefined]) {
      expect(warningsOf({ url: "u", metod: "GET", Header: {}, responseType: "json" }, type)).toEqual([
        'nodes[0].data.metod: unknown key "metod" is ignored: did you mean "method"?',
        'nodes[0].data.Header: unknown key "Header" is ignored: did you mean "headers"?',
        'nodes[0].data.responseType: unknown key "responseType" is ignored: did you mean "response_type"?',
      ]);
    }
  });

  test("do not offer them to other nodes", () => {
    expect(warningsOf({ metod: "GET", Header: {}, responseType: "json", jsn: 1 }, "delay")).toEqual([]);
    expect(warningsOf({ value: 1, url: "u", metod: "GET" })).toEqual([]);
    expect(warningsOf({ url: "u", metod: "GET" }, "fetch_rows")).not.toContainEqual(expect.stringContaining("metod"));
  });

  test("cope with data that is no object", () => {
    for (const data of [5, [], null, "url"]) expect(warningsOf(data, "http")).toEqual([]);
  });
});

test("fields of a type belong to built-in types and to no other field's name", () => {
  for (const [type, fields] of TYPE_FIELDS) {
    expect(BUILTIN_TYPES.has(type)).toBe(true);
    expect([...fields.keys()].filter((field) => DATA_FIELDS.has(field))).toEqual([]);
  }
});
