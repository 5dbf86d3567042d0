import { z } from "zod";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { nanosecondsToMs, parseDuration } from "../core/text/duration.ts";
import { builtinData } from "./builtin-data.ts";
import { wait } from "./wait.ts";

/** `delay`: waits, not at all if the duration is 0 or negative. Keeps its place on the worker meanwhile. */
export const delayNode = defineNode({
  type: "delay",
  description: "Waits, then passes its input on.",
  data: builtinData(
    { duration: z.string().describe("How long: a duration; 0 or a negative one does not wait.") },
    { required: { duration: "delay node requires duration field" }, check: (data) => durationFault(data.duration) },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  async run({ data, inputs, signal }) {
    await wait(nanosecondsToMs(parseDuration(data.duration) ?? 0n), signal);
    return { value: inputs[0] ?? null, duration: data.duration, delayed: true };
  },
});

function durationFault(text: string): string | undefined {
  if (parseDuration(text) !== undefined) return undefined;
  return `invalid duration format: ${text} (use formats like '5s', '10m', '1h')`;
}
