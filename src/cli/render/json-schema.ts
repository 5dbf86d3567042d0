import { z } from "zod";
import type { JsonValue } from "../../core/json/json-value.ts";

/** What of a JSON schema is shown. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: JsonValue;
  readonly enum?: readonly JsonValue[];
  readonly const?: JsonValue;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema | boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** The JSON schema of what a zod schema takes. `undefined` if none can be made of it, as of a schema of zod 3 or of other validators. */
export function toJsonSchema(schema: z.ZodType): JsonSchema | undefined {
  try {
    // Transforms, dates and checks in code have no words in JSON schema; the rest of the schema still has.
    return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  } catch {
    return undefined;
  }
}

/** What a reference inside of `root` stands for; any other schema is answered as it is. */
export function resolveReference(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema;
  const target = schema.$ref === "#" ? root : root.$defs?.[schema.$ref.replace("#/$defs/", "")];
  return { ...target, ...schema };
}

/** What a schema leaves the choice of: the alternatives of a union, or the schema alone. */
export function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema];
}
