import { kindOf, type JsonValue } from "../../core/json/json-value.ts";
import { alternativesOf, type JsonSchema } from "./json-schema.ts";

const WORDS: Readonly<Record<string, string>> = { string: "text", integer: "whole number" };

/** The JSON type that a schema stands for: `text`, `whole number of at least 1`, `list of texts`, `text or null`, `any`. */
export function typeWords(schema: JsonSchema): string {
  const words = new Set(alternativesOf(schema).flatMap(wordsOf));
  return words.has("any") ? "any" : [...words].join(" or ");
}

/** The values that a schema names, if it takes no others, `null` aside. */
export function choicesOf(schema: JsonSchema): readonly JsonValue[] {
  const lists = alternativesOf(schema)
    .filter(({ type }) => type !== "null")
    .map(valuesOf);
  return lists.some(({ length }) => length === 0) ? [] : lists.flat();
}

function valuesOf(schema: JsonSchema): readonly JsonValue[] {
  return schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
}

function wordsOf(schema: JsonSchema): string[] {
  if (schema.anyOf !== undefined || schema.oneOf !== undefined) return [typeWords(schema)];
  const types = schema.type ?? valuesOf(schema).map(kindOf);
  if (types.length === 0) return ["any"];
  return (typeof types === "string" ? [types] : types).map((type) => wordOf(type, schema));
}

function wordOf(type: string, schema: JsonSchema): string {
  const word = WORDS[type] ?? type;
  if (type === "array" || type === "list") return `list${itemWords(schema.items)}`;
  if (type === "string") return schema.format === undefined ? word : `${word} (${schema.format})`;
  return type === "number" || type === "integer" ? word + boundWords(schema) : word;
}

function itemWords(items: JsonSchema["items"]): string {
  if (typeof items !== "object") return "";
  const [word = "any", ...others] = new Set(alternativesOf(items).flatMap(wordsOf));
  const isPlain = others.length === 0 && /^(?:text|number|whole number|boolean|object)$/.test(word);
  return isPlain ? ` of ${word}s` : "";
}

function boundWords({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  if (exclusiveMinimum !== undefined || exclusiveMaximum !== undefined) {
    const above = exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`];
    const below = exclusiveMaximum === undefined ? [] : [`below ${exclusiveMaximum}`];
    return ` ${[...above, ...below].join(" and ")}`;
  }
  // Whole numbers of zod are bounded by what a double holds exactly, which tells nobody anything.
  const least = minimum === -Number.MAX_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least === undefined) return most === undefined ? "" : ` of at most ${most}`;
  return most === undefined ? ` of at least ${least}` : ` from ${least} to ${most}`;
}
