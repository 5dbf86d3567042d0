import type { JsonObject } from "../core/json/json-value.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData, choice } from "./builtin-data.ts";
import { firstInput } from "./first-input.ts";

const STRATEGIES: readonly string[] = ["all", "any", "first"];

/** `join`: merges branches. `timeout` has no effect. */
export const joinNode = defineNode({
  type: "join",
  description: "Merges branches: gives all of their results, or the first in the order of the edges.",
  data: builtinData(
    { join_strategy: choice(STRATEGIES, "Which of the inputs to give.").default("all") },
    { check: (data) => strategyFault(data.join_strategy) },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data: { join_strategy: strategy }, inputs }): JsonObject {
    if (strategy === "all") {
      firstInput(inputs, "join node with 'all' strategy requires at least one input");
      return { strategy, values: inputs, count: inputs.length };
    }
    const value = firstInput(inputs, `join node with '${strategy}' strategy has no inputs`);
    return strategy === "any" ? { strategy, value, count: inputs.length } : { strategy, value };
  },
});

function strategyFault(strategy: string): string | undefined {
  return STRATEGIES.includes(strategy) ? undefined : `unsupported join strategy: ${strategy} (use all, any, or first)`;
}
