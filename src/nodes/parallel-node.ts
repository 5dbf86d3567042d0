import { TerminalError } from "../core/errors/node-errors.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData, wholeNumber } from "./builtin-data.ts";

/** Reported if `max_concurrency` is absent. */
const DEFAULT_MAX_CONCURRENCY = 10;

/** `parallel`: collects branches. `max_concurrency` is reported only; `timeout` has no effect. */
export const parallelNode = defineNode({
  type: "parallel",
  description: "Collects the results of its branches in a list.",
  data: builtinData(
    { max_concurrency: wholeNumber(1, "A number to report; it limits nothing.").default(DEFAULT_MAX_CONCURRENCY) },
    { check: (data) => concurrencyFault(data.max_concurrency) },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }) {
    if (inputs.length === 0) throw new TerminalError("parallel node requires at least one input");
    return { results: inputs, count: inputs.length, concurrency: data.max_concurrency };
  },
});

function concurrencyFault(concurrency: number): string | undefined {
  if (Number.isInteger(concurrency) && concurrency >= 1) return undefined;
  return `invalid max_concurrency ${concurrency}: use a whole number of at least 1`;
}
