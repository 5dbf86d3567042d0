import type { JsonObject, JsonValue } from "../core/json/json-value.ts";
import { mayHavePlaceholders } from "../core/node/expand-placeholders.ts";
import { ClaimReturned } from "./attempt-end.ts";
import { expandData } from "./expand-data.ts";
import type { Task } from "./prepare-task.ts";
import type { WorkerContext } from "./worker-context.ts";

/** What a handler is given to work on, before its schemas have seen it. */
export interface ResolvedInputs {
  readonly data: JsonObject;
  readonly sources: readonly string[];
  /** Of the sources, in the same order: that of the edges. */
  readonly inputs: readonly JsonValue[];
}

const NONE: readonly string[] = [];

/** Sources that are read in one go: some ms. */
const SOURCES_A_STEP = 2_000;

/** Reads the results of the node's sources and expands the placeholders of its data. Each node gets copies of its own. */
export function resolveInputs(context: WorkerContext, task: Task): ResolvedInputs | Promise<ResolvedInputs> {
  const { claim, definition, facts, node } = task;
  const sources = facts.plan.sources.get(node.id) ?? NONE;
  const known = sources.length > SOURCES_A_STEP ? undefined : context.results.peek(claim, sources);
  const isPlain = definition.placeholders === undefined || !mayHavePlaceholders(node.data);
  // Nothing to wait for, mostly: the sources ran here, or were read for another node.
  if (known !== undefined && isPlain) return { data: node.data, sources, inputs: known.map(parseResult) };
  return readInputs(context, task, sources);
}

async function readInputs(context: WorkerContext, task: Task, sources: readonly string[]): Promise<ResolvedInputs> {
  const [inputs, data] = await Promise.all([readResults(context, task, sources), expandData(context, task)]);
  return { data, sources, inputs };
}

async function readResults({ results, turns }: WorkerContext, { claim }: Task, sources: readonly string[]): Promise<JsonValue[]> {
  const inputs: JsonValue[] = [];
  for (let start = 0; start < sources.length; start += SOURCES_A_STEP) {
    if (start > 0 && turns.isDue()) await turns.turn();
    for (const text of await results.read(claim, sources.slice(start, start + SOURCES_A_STEP))) inputs.push(parseResult(text));
  }
  return inputs;
}

function parseResult(text: string | undefined): JsonValue {
  // Levels are dispatched only when the ones before are committed; without a source's result the run has been removed.
  if (text === undefined) throw new ClaimReturned("run-stopped");
  return JSON.parse(text) as JsonValue;
}
