import { z } from "zod";
import { isJsonObject, type JsonValue } from "../core/json/json-value.ts";

/** What {@link builtinData} checks besides the JSON types of the fields. */
export interface DataRules<Data> {
  /** Message for each required field, in the order of checking. */
  readonly required?: Partial<Record<keyof Data & string, string>>;
  /** The first fault of the data, in the words of `docs/node-types.md`. */
  readonly check?: (data: Data) => string | undefined;
}

/** Any JSON value that is there. Copies nothing, so `__proto__` stays a key like any other. */
export const anyJson = z.custom<JsonValue>((value) => value !== undefined);

/** A text that is one of `values`. That is for readers of the schema: the types refuse other texts themselves, in words of their own. */
export function choice(values: readonly string[], description: string): z.ZodString {
  return z.string().meta({ enum: [...values], description });
}

/** A whole number of at least `minimum`, which likewise the types check themselves. */
export function wholeNumber(minimum: number, description: string): z.ZodNumber {
  return z.number().meta({ type: "integer", minimum, description });
}

/**
 * The schema of a built-in type's data: its fields by JSON type, `null` taken for absent, unknown keys dropped. Missing fields are
 * reported first and alone, then the fault that `check` finds; both without a path, so the message is the whole text.
 */
export function builtinData<Shape extends z.ZodRawShape>(
  shape: Shape,
  rules: DataRules<z.output<z.ZodObject<Shape>>> = {},
): z.ZodType<z.output<z.ZodObject<Shape>>> {
  const { check } = rules;
  const required = Object.entries(rules.required ?? {});
  const fields = check === undefined ? z.object(shape) : withCheck(z.object(shape), check);
  return z.preprocess((raw, issues) => {
    if (!isJsonObject(raw)) return raw;
    const present = withoutNulls(raw);
    const missing = required.find(([field]) => present[field] === undefined);
    if (missing === undefined) return present;
    issues.addIssue({ code: "custom", message: String(missing[1]), input: raw });
    return z.NEVER;
  }, fields);
}

function withCheck<Data>(fields: z.ZodType<Data>, check: (data: Data) => string | undefined): z.ZodType<Data> {
  return fields.superRefine((data, issues) => {
    const message = check(data);
    if (message !== undefined) issues.addIssue({ code: "custom", message });
  });
}

/** The data themselves, if there is nothing to drop. */
function withoutNulls(data: Readonly<Record<string, JsonValue>>): Readonly<Record<string, JsonValue>> {
  if (!Object.values(data).includes(null)) return data;
  const present = Object.create(null) as Record<string, JsonValue>;
  for (const [field, value] of Object.entries(data)) {
    if (value !== null) present[field] = value;
  }
  return present;
}
