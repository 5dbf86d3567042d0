import type { JsonValue } from "../../core/json/json-value.ts";
import type { AnyNodeDefinition } from "../../core/node/define-node.ts";
import { alternativesOf, resolveReference, toJsonSchema, type JsonSchema } from "./json-schema.ts";
import { choicesOf, typeWords } from "./type-words.ts";

/** Objects inside objects that are told field by field; schemas may refer to themselves. */
const MAX_DEPTH = 3;

/** A field of a node's data, as far as the schema of its type tells. */
export interface DataField {
  /** `delta`, or inside of a field `address.city`, `cases[].when`. */
  readonly path: string;
  readonly type: string;
  /** The values that it may have, where they are few; empty otherwise. */
  readonly choices: readonly JsonValue[];
  readonly isRequired: boolean;
  readonly default: JsonValue | undefined;
  readonly description: string | undefined;
  /** What is expanded in it: no placeholder, all but secrets, or all. */
  readonly placeholders: "none" | "values" | "values and secrets";
}

type TextRules = Pick<AnyNodeDefinition, "placeholders" | "secretFields">;

/** The fields of a type's data, each followed by those inside of it. `undefined` if the schema names none, as a union of objects. */
export function readDataFields(definition: AnyNodeDefinition): DataField[] | undefined {
  const schema = toJsonSchema(definition.data);
  if (schema?.properties === undefined) return undefined;
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    const placeholders = placeholdersIn(name, definition);
    return fieldsAt({ path: name, schema: property, isRequired: isRequired(schema, name), root: schema, placeholders, depth: 1 });
  });
}

interface Place {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  readonly root: JsonSchema;
  readonly placeholders: DataField["placeholders"];
  readonly depth: number;
}

function fieldsAt({ path, schema: given, root, depth, ...rest }: Place): DataField[] {
  const schema = resolveReference(given, root);
  const field: DataField = {
    path,
    type: typeWords(schema),
    choices: choicesOf(schema),
    isRequired: rest.isRequired,
    default: schema.default,
    description: descriptionOf(schema),
    placeholders: rest.placeholders,
  };
  const isList = typeof schema.items === "object";
  const inner = isList ? resolveReference(schema.items, root) : schema;
  if (depth === MAX_DEPTH || inner.properties === undefined) return [field];
  const fields = Object.entries(inner.properties).flatMap(([name, property]) => {
    const innerPath = `${path}${isList ? "[]" : ""}.${name}`;
    return fieldsAt({ ...rest, path: innerPath, schema: property, isRequired: isRequired(inner, name), root, depth: depth + 1 });
  });
  return [field, ...fields];
}

function isRequired({ required, properties }: JsonSchema, name: string): boolean {
  return required?.includes(name) === true && properties?.[name]?.default === undefined;
}

/** The description of a field, or of the only alternative that has one. */
function descriptionOf(schema: JsonSchema): string | undefined {
  return schema.description ?? alternativesOf(schema).find(({ description }) => description !== undefined)?.description;
}

function placeholdersIn(name: string, { placeholders = [], secretFields = [] }: TextRules): DataField["placeholders"] {
  if (!placeholders.includes(name)) return "none";
  return secretFields.includes(name) ? "values and secrets" : "values";
}
