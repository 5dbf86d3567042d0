import { z } from "zod";
import { TerminalError } from "../core/errors/node-errors.ts";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData } from "./builtin-data.ts";

/** Reported if `max_concurrency` is absent. */
const DEFAULT_MAX_CONCURRENCY = 10;

/** `parallel`: collects branches. `max_concurrency` is reported only; `timeout` has no effect. */
export const parallelNode = defineNode({
  type: "parallel",
  data: builtinData({ max_concurrency: z.number().optional() }, { check: (data) => concurrencyFault(data.max_concurrency) }),
  placeholders: PLACEHOLDER_FIELDS,
  run({ data, inputs }) {
    if (inputs.length === 0) throw new TerminalError("parallel node requires at least one input");
    return { results: inputs, count: inputs.length, concurrency: data.max_concurrency ?? DEFAULT_MAX_CONCURRENCY };
  },
});

function concurrencyFault(concurrency: number | undefined): string | undefined {
  if (concurrency === undefined || (Number.isInteger(concurrency) && concurrency >= 1)) return undefined;
  return `invalid max_concurrency ${concurrency}: use a whole number of at least 1`;
}
