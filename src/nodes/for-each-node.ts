import { z } from "zod";
import { TerminalError } from "../core/errors/node-errors.ts";
import { kindOf } from "../core/json/json-value.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData } from "./builtin-data.ts";
import { firstInput } from "./first-input.ts";
import { maxIterationsFault } from "./max-iterations.ts";
import { isJsonArray } from "./is-json-array.ts";

/** Used if `max_iterations` is absent or 0. */
const DEFAULT_MAX_ITERATIONS = 1000;

/** `for_each`: checks and counts a list. */
export const forEachNode = defineNode({
  type: "for_each",
  data: builtinData({ max_iterations: z.number().optional() }, { check: (data) => maxIterationsFault(data.max_iterations) }),
  placeholders: PLACEHOLDER_FIELDS,
  run({ data, inputs }) {
    const items = firstInput(inputs, "for_each node needs at least 1 input");
    if (!isJsonArray(items)) throw new TerminalError(`for_each node requires array input, got ${kindOf(items)}`);
    const limit = data.max_iterations || DEFAULT_MAX_ITERATIONS;
    if (items.length > limit) throw new TerminalError(`for_each exceeds max iterations: ${items.length} > ${limit}`);
    return { items, count: items.length, iterations: items.length };
  },
});
