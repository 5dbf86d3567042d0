import { z } from "zod";
import type { JsonValue } from "../core/json/json-value.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { anyJson, builtinData, choice } from "./builtin-data.ts";
import { finite } from "./finite.ts";

const STATE_KEY = "counter";
const OPERATIONS = ["increment", "decrement", "reset", "get"] as const;

type CounterOperation = (typeof OPERATIONS)[number];

/** `counter`: counts; one counter a run, starting at 0. An `initial_value` sets it first, at every node that has one. */
export const counterNode = defineNode({
  type: "counter",
  description: "Moves, resets or reads the counter that the counter nodes of a run share.",
  data: builtinData(
    {
      counter_op: choice(OPERATIONS, "What to do with the counter."),
      delta: z.number().default(1).describe("How far it moves; may be 0 or negative."),
      initial_value: anyJson
        .optional()
        .meta({ type: "number", description: "What the counter is set to first, and by `reset`." }),
    },
    {
      required: { counter_op: "counter node missing counter_op" },
      check: (data) => optionsFault(data.counter_op, data.initial_value),
    },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  stateful: true,
  async run({ data, state }) {
    const operation = data.counter_op as CounterOperation;
    const initial = asNumber(data.initial_value);
    const before = initial ?? asNumber(await state.get(STATE_KEY)) ?? 0;
    const value = finite("counter", count(operation, before, data.delta, initial ?? 0));
    state.set(STATE_KEY, value);
    return { operation, value };
  },
});

function optionsFault(operation: string, initialValue: JsonValue | undefined): string | undefined {
  if (initialValue !== undefined && typeof initialValue !== "number") {
    return `invalid initial_value ${JSON.stringify(initialValue)}: use a number`;
  }
  if ((OPERATIONS as readonly string[]).includes(operation)) return undefined;
  return `unsupported counter operation: ${operation} (use increment, decrement, reset, or get)`;
}

function count(operation: CounterOperation, before: number, delta: number, start: number): number {
  switch (operation) {
    case "increment":
      return before + delta;
    case "decrement":
      return before - delta;
    case "reset":
      return start;
    case "get":
      return before;
  }
}

function asNumber(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
