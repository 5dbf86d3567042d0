import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UsedSecrets } from "../../../src/worker/used-secrets.ts";

function using(values: Readonly<Record<string, string>>): UsedSecrets {
  const secrets = new UsedSecrets();
  for (const [name, value] of Object.entries(values)) secrets.add(name, value);
  return secrets;
}

describe("UsedSecrets", () => {
  test("changes nothing while there are none", () => {
    const fields = { err: new Error("boom") };
    expect(new UsedSecrets().isEmpty).toBe(true);
    expect(new UsedSecrets().redact("text")).toBe("text");
    expect(new UsedSecrets().redactFields(fields)).toBe(fields);
  });

  test("blacks out every occurrence, and names the secret", () => {
    expect(using({ KEY: "s3cr$t" }).redact("s3cr$t or 's3cr$t'")).toBe("[secret KEY] or '[secret KEY]'");
  });

  test("knows how URLs, host names and JSON write a secret", () => {
    const value = 'Ä "b"/c d\n';
    const texts = [value.toLowerCase(), encodeURIComponent(value), encodeURI(value), JSON.stringify(value)];
    for (const text of texts) expect(using({ KEY: value }).redact(`<${text}>`)).toMatch(/^<"?\[secret KEY\]"?>$/);
  });

  test("takes the longest where one secret is part of another", () => {
    expect(using({ SHORT: "abc", LONG: "abcdef" }).redact("abcdef abc")).toBe("[secret LONG] [secret SHORT]");
  });

  test("takes lone surrogates", () => {
    expect(using({ KEY: "a\ud800" }).redact("<a\ud800>")).toBe("<[secret KEY]>");
  });

  test("blacks out log fields at any depth, errors and keys included", () => {
    const fields = { err: new TypeError("no hush here"), list: [{ hush: "hush" }] };
    expect(using({ KEY: "hush" }).redactFields(fields)).toEqual({
      err: { type: "TypeError", message: "no [secret KEY] here" },
      list: [{ "[secret KEY]": "[secret KEY]" }],
    });
  });

  test("leaves out log fields that cannot be told as JSON", () => {
    const circle: Record<string, unknown> = { text: "hush" };
    circle["self"] = circle;
    expect(using({ KEY: "hush" }).redactFields(circle)).toEqual({});
    expect(using({ KEY: '"' }).redactFields({ text: 1 })).toEqual({});
  });

  test("lets no secret through, whatever it is", () => {
    const secret = fc
      .string({ minLength: 4, unit: "binary" })
      .filter((value) => !/[[\]]/.test(value) && !"secret KEY".includes(value));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        expect(using({ KEY: value }).redact(before + value + after)).not.toContain(value);
      }),
    );
  });
});
