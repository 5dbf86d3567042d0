import { expect, test } from "vitest";
import { z } from "zod";
import { defineNode, type AnyNodeDefinition, type JsonObject, type JsonValue, type NodeContext } from "../../../src/index.ts";
import type { OpenHostileEngine } from "./engine.ts";

const DATA = { list: [1, [2]], deep: { list: [3] }, flat: 4 };
const FLAT_DATA = { flat: 4 };
const INPUT = { list: [5] };

/** Schemas that hand on more or less of what they are given. */
const SCHEMAS = {
  custom: z.custom<JsonObject>(),
  loose: z.looseObject({}),
  strict: z.object({ list: z.array(z.unknown()).optional(), deep: z.any().optional(), flat: z.number() }),
};

/** Types whose handlers change all that they are given, having noted what it was, and fail at first. */
export const changingNodes: readonly AnyNodeDefinition[] = Object.entries(SCHEMAS).flatMap(([name, data]) =>
  [false, true].map((pure) =>
    defineNode({ type: typeOf(name, pure), data: data as z.ZodType<JsonObject>, pure, run: noteAndChange }),
  ),
);

function noteAndChange({ data, inputs, inputsBySource, input, attempt, node }: NodeContext<JsonObject>): JsonObject {
  const seen = structuredClone({ data: { ...data }, inputs: [...inputs], input: input ?? null });
  for (const given of [data, ...inputs, inputsBySource, input]) change(given);
  if (attempt === 1 && !node.type.endsWith("-pure")) throw new Error("once more");
  return seen;
}

function typeOf(schema: string, pure: boolean): string {
  return `changing-${schema}${pure ? "-pure" : ""}`;
}

function change(given: JsonValue | undefined): void {
  if (typeof given !== "object" || given === null) return;
  for (const value of Object.values(given)) change(value);
  if (Array.isArray(given)) given.push("changed");
  else Object.assign(given, { flat: "changed", more: "changed" });
}

export function testChangingHandlers(open: OpenHostileEngine): void {
  const kinds = Object.keys(SCHEMAS).flatMap((schema) => [false, true].map((pure) => ({ schema, pure })));
  test.each(kinds)("handlers that change what they are given, $schema data, pure: $pure, change nobody else's", async (kind) => {
    const { run } = await open();
    const node = (id: string, data: object) => ({
      id,
      type: typeOf(kind.schema, kind.pure),
      data,
      options: { attempts: 2, backoff: { type: "fixed", delayMs: 1 } },
    });
    const payload = () => ({
      nodes: [
        { id: "a", type: "echo", data: DATA },
        node("b", DATA),
        node("c", DATA),
        node("d", FLAT_DATA),
        node("e", FLAT_DATA),
      ],
      edges: ["b", "c", "d", "e"].map((target) => ({ source: "a", target })),
    });
    const inputs = [{ data: DATA, inputs: [], inputsBySource: {}, input: INPUT }];
    for (let time = 0; time < 2; time += 1) {
      const { nodeResults, status, errors } = await run(payload(), { input: INPUT });
      expect({ status, errors }).toEqual({ status: "completed", errors: [] });
      for (const id of ["b", "c"]) expect(nodeResults[id]).toEqual({ data: DATA, inputs, input: INPUT });
      for (const id of ["d", "e"]) expect(nodeResults[id]).toEqual({ data: FLAT_DATA, inputs, input: INPUT });
    }
  });
}
