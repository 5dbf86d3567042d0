import { z } from "zod";
import type { JsonValue } from "../../../src/core/json/json-value.ts";
import { defineNode } from "../../../src/core/node/define-node.ts";
import { runLocal } from "../../../src/local.ts";
import { PUBLIC_ORIGIN } from "./example-server.ts";
import type { Demonstration, Step } from "./page-entry.ts";

/** What a step came to: its result, or the text that it failed with. */
export type StepOutcome = { readonly result: JsonValue } | { readonly failure: string };

/** Gives any JSON value: the inputs of the examples. */
const given = defineNode({ type: "given", data: z.looseObject({}), run: ({ data }) => data["value"] as JsonValue });

/** Runs the steps as one workflow, each on levels after the one before, and answers what each came to, up to the first failure. */
export async function runDemonstration(
  { steps }: Demonstration,
  { type, serverOrigin }: { readonly type: string; readonly serverOrigin: string },
): Promise<StepOutcome[]> {
  const payload = JSON.stringify(toPayload(steps, type)).replaceAll(PUBLIC_ORIGIN, serverOrigin);
  const settings = { httpAllowInternal: [new URL(serverOrigin).host] };
  const run = await runLocal(JSON.parse(payload), { nodes: [given], settings });
  const { nodeResults, errors } = JSON.parse(JSON.stringify(run).replaceAll(serverOrigin, PUBLIC_ORIGIN)) as typeof run;
  const outcomes: StepOutcome[] = [];
  for (const [index] of steps.entries()) {
    const id = stepId(index);
    const error = errors.find(({ nodeId }) => nodeId === id);
    if (error !== undefined) return [...outcomes, { failure: error.message.replace(`error executing node ${id}: `, "") }];
    const result = nodeResults[id];
    if (result === undefined) throw new Error(`step ${index} of ${JSON.stringify(steps)} did not run: ${JSON.stringify(errors)}`);
    outcomes.push({ result });
  }
  return outcomes;
}

function toPayload(steps: readonly Step[], exampleType: string) {
  const nodes: object[] = [];
  const edges: { source: string; target: string }[] = [];
  for (const [index, { type = exampleType, data, inputs }] of steps.entries()) {
    const id = stepId(index);
    nodes.push({ id, type, data });
    const sources = inputs.map((_, position) => `${id}-input-${position}`);
    nodes.push(...inputs.map((value, position) => ({ id: sources[position], type: given.type, data: { value } })));
    edges.push(...sources.map((source) => ({ source, target: id })));
    // Behind the step before, by way of the inputs; a step without any looks at none.
    const first = sources.length === 0 ? [id] : sources;
    if (index > 0) edges.push(...first.map((target) => ({ source: stepId(index - 1), target })));
  }
  return { nodes, edges };
}

function stepId(index: number): string {
  return `step-${index}`;
}
