import { z } from "zod";
import { TerminalError } from "../core/errors/node-errors.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData, wholeNumber } from "./builtin-data.ts";
import { conditionFault, meetsCondition } from "./condition-rules.ts";
import { firstInput } from "./first-input.ts";
import { maxIterationsFault } from "./max-iterations.ts";

/** Used if `max_iterations` is absent or 0. */
const DEFAULT_MAX_ITERATIONS = 100;

/** `while_loop`: guards against a condition that stays true. The value never changes, so one look at the condition decides. */
export const whileLoopNode = defineNode({
  type: "while_loop",
  description: "Passes its input on unless a condition holds for it: then it fails, as the loop would have no end.",
  data: builtinData(
    {
      condition: z.string().describe("The condition under which the loop would go on."),
      max_iterations: wholeNumber(0, "The limit that the error names; 0 means the default.").default(DEFAULT_MAX_ITERATIONS),
    },
    {
      required: { condition: "while_loop node missing condition" },
      check: (data) => conditionFault(data.condition) ?? maxIterationsFault(data.max_iterations),
    },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }) {
    const value = firstInput(inputs, "while_loop node needs at least 1 input");
    if (meetsCondition(data.condition, value)) {
      throw new TerminalError(`while_loop exceeded max iterations: ${data.max_iterations || DEFAULT_MAX_ITERATIONS}`);
    }
    return { final_value: value, iterations: 0, condition: data.condition };
  },
});
