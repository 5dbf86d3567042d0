import { z } from "zod";
import { defineNode, type AnyNodeDefinition, type JsonObject, type JsonValue, type NodeContext } from "../../../src/index.ts";

interface Kind {
  readonly schema: z.ZodType;
  /** What its handler sees of data. */
  readonly seen: (data: object) => object;
}

const asItIs = (data: object): object => data;

/** Schemas that hand on more or less of what they are given, or change it themselves. */
export const CHANGING_KINDS: Readonly<Record<string, Kind>> = {
  custom: { schema: z.custom<JsonObject>(), seen: asItIs },
  loose: { schema: z.looseObject({}), seen: asItIs },
  strict: {
    schema: z.object({ list: z.array(z.unknown()).optional(), deep: z.any().optional(), flat: z.number() }),
    seen: asItIs,
  },
  wrapping: { schema: z.any().transform((data: unknown) => ({ data })), seen: (data) => ({ data }) },
  changing: {
    schema: z.preprocess(
      (data) => Object.assign(data as { flat: number }, { flat: (data as { flat: number }).flat + 1 }),
      z.looseObject({}),
    ),
    seen: (data) => ({ ...data, flat: 5 }),
  },
};

/** Types whose handlers change all that they are given, having noted what it was, and fail at first. */
export const changingNodes: readonly AnyNodeDefinition[] = Object.entries(CHANGING_KINDS).flatMap(([name, { schema: data }]) =>
  [false, true].map((pure) =>
    defineNode({ type: changingType(name, pure), data: data as z.ZodType<JsonObject>, pure, run: noteAndChange }),
  ),
);

function noteAndChange({ data, inputs, inputsBySource, input, attempt, node }: NodeContext<JsonObject>): JsonObject {
  const seen = structuredClone({ data: { ...data }, inputs: [...inputs], input: input ?? null });
  for (const given of [data, ...inputs, inputsBySource, input]) change(given);
  if (attempt === 1 && !node.type.endsWith("-pure")) throw new Error("once more");
  return seen;
}

export function changingType(schema: string, pure: boolean): string {
  return `changing-${schema}${pure ? "-pure" : ""}`;
}

function change(given: JsonValue | undefined): void {
  if (typeof given !== "object" || given === null) return;
  for (const value of Object.values(given)) change(value);
  if (Array.isArray(given)) given.push("changed");
  else Object.assign(given, { flat: "changed", more: "changed" });
}
