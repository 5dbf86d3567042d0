import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/core/json/json-value.ts";
import {
  expandPlaceholders,
  findPlaceholders,
  hasContextPlaceholder,
  type PlaceholderLookup,
} from "../../../src/core/node/expand-placeholders.ts";

const TEXTS = new Map([
  ["variable.port", "Oslo"],
  ["variable.loop", "{{variable.port}}"],
  ["variable.money", "$& $1"],
  ["const.port", "Bergen"],
  ["input.", "all"],
  ["input.a-b.0.c", "deep"],
  ["secret.KEY", "hush"],
]);

const lookUp: PlaceholderLookup = ({ space, name }) => TEXTS.get(`${space}.${name}`);

function expandText(text: string): JsonValue | undefined {
  return expandPlaceholders({ text }, ["text"], lookUp)["text"];
}

describe("expandPlaceholders", () => {
  test.each([
    ["{{variable.port}}", "Oslo"],
    ["{{const.port}}|{{const.port}}", "Bergen|Bergen"],
    ["{{input}} {{ input.a-b.0.c }}", "all deep"],
    ["{{secret.KEY}}", "hush"],
    ["{{ \t\n\f\rvariable.port \t\n\f\r}}", "Oslo"],
    ["{{{variable.port}}}", "{Oslo}"],
    ["{{variable.loop}}", "{{variable.port}}"],
    ["{{variable.money}}", "$& $1"],
  ])("expands %j", (text, expanded) => {
    expect(expandText(text)).toBe(expanded);
  });

  test.each([
    "{{variable.unknown}}",
    "{{Variable.port}}",
    "{{variable .port}}",
    "{{variable. port}}",
    "{{\u00a0variable.port}}",
    "{{\vvariable.port}}",
    "{ {variable.port}}",
    "{{variable.}}",
    "{{variable.pört}}",
    "{{variable.port}",
    "{{port}}",
    "{{input.}}",
    "{{input.a..b}}",
    "{{input a}}",
    "{{inputs}}",
    "{{input.unknown}}",
    "{{secret}}",
    "{{secret.a-b}}",
  ])("leaves %j as it stands", (text) => {
    expect(expandText(text)).toBe(text);
  });

  test("expands text at any depth of the fields, but neither keys nor other fields", () => {
    const data = {
      fallback_value: ["{{variable.port}}", { "{{variable.port}}": ["{{variable.port}}", 1, null] }],
      mode: "{{variable.port}}",
    };
    expect(expandPlaceholders(data, ["fallback_value", "absent"], lookUp)).toEqual({
      fallback_value: ["Oslo", { "{{variable.port}}": ["Oslo", 1, null] }],
      mode: "{{variable.port}}",
    });
  });

  test("keeps __proto__ as a key and looks at own keys only", () => {
    const data = JSON.parse('{"fallback_value":{"__proto__":"{{variable.port}}"}}') as JsonObject;
    expect(JSON.stringify(expandPlaceholders(data, ["fallback_value", "constructor"], lookUp))).toBe(
      '{"fallback_value":{"__proto__":"Oslo"}}',
    );
  });

  test("keeps every JSON value without placeholders as it is, key order included", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const expanded = expandPlaceholders({ initial_value: value as JsonValue }, ["initial_value"], lookUp);
        expect(JSON.stringify(expanded["initial_value"])).toBe(JSON.stringify(value));
      }),
    );
  });

  test("does not mind a value nested 100,000 deep", () => {
    let value: JsonValue = "{{variable.port}}";
    for (let depth = 0; depth < 100_000; depth++) value = [value];
    expect(hasContextPlaceholder({ initial_value: value })).toBe(true);
    let expanded = expandPlaceholders({ initial_value: value }, ["initial_value"], lookUp)["initial_value"];
    while (Array.isArray(expanded)) expanded = (expanded as readonly JsonValue[])[0];
    expect(expanded).toBe("Oslo");
  });

  test("tells the lookup which field the placeholder is in", () => {
    const data = { text: "{{secret.KEY}}", url: "{{secret.KEY}}" };
    const inUrl: PlaceholderLookup = (reference, field) => (field === "url" ? lookUp(reference, field) : undefined);
    expect(expandPlaceholders(data, ["text", "url"], inUrl)).toEqual({ text: "{{secret.KEY}}", url: "hush" });
  });
});

describe("findPlaceholders", () => {
  test("finds them in the given fields only", () => {
    const data = { text: "{{variable.a}} {{const.b}}", paths: ["{{ input.c.d }}", "{{input}}"], mode: "{{secret.d}}" };
    const found = findPlaceholders(data, ["text", "paths", "absent"]).map(({ space, name }) => `${space} ${name}`);
    expect(found.sort()).toEqual(["const b", "input ", "input c.d", "variable a"]);
  });
});

describe("hasContextPlaceholder", () => {
  test.each<[JsonObject, boolean]>([
    [{ anything: { deep: ["x {{const.a}}"] } }, true],
    [{ "{{const.a}}": "key" }, false],
    [{ text: "{{other.a}}", n: 1, nothing: null }, false],
    [{ text: "{{input.a}} {{secret.a}}" }, false],
    [{ text: "no braces", number: 1, list: [] }, false],
  ])("of %j is %j", (data, answer) => {
    expect(hasContextPlaceholder(data)).toBe(answer);
  });

  test("answers the same for one text time after time", () => {
    expect([1, 2, 3].map(() => hasContextPlaceholder({ text: "{{const.a}}" }))).toEqual([true, true, true]);
  });
});
