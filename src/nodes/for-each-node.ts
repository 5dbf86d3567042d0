import { TerminalError } from "../core/errors/node-errors.ts";
import { kindOf } from "../core/json/json-value.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData, wholeNumber } from "./builtin-data.ts";
import { firstInput } from "./first-input.ts";
import { maxIterationsFault } from "./max-iterations.ts";
import { isJsonArray } from "./is-json-array.ts";

/** Used if `max_iterations` is absent or 0. */
const DEFAULT_MAX_ITERATIONS = 1000;

/** `for_each`: checks and counts a list. */
export const forEachNode = defineNode({
  type: "for_each",
  description: "Checks that its input is a list that is not too long, and counts the items.",
  data: builtinData(
    { max_iterations: wholeNumber(0, "How many items there may be; 0 means the default.").default(DEFAULT_MAX_ITERATIONS) },
    { check: (data) => maxIterationsFault(data.max_iterations) },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }) {
    const items = firstInput(inputs, "for_each node needs at least 1 input");
    if (!isJsonArray(items)) throw new TerminalError(`for_each node requires array input, got ${kindOf(items)}`);
    const limit = data.max_iterations || DEFAULT_MAX_ITERATIONS;
    if (items.length > limit) throw new TerminalError(`for_each exceeds max iterations: ${items.length} > ${limit}`);
    return { items, count: items.length, iterations: items.length };
  },
});
