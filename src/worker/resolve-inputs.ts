import type { JsonObject, JsonValue } from "../core/json/json-value.ts";
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

/** Reads the results of the node's sources and expands the placeholders of its data. Each node gets copies of its own. */
export function resolveInputs(context: WorkerContext, task: Task): ResolvedInputs | Promise<ResolvedInputs> {
  const { claim, definition, facts, node } = task;
  const sources = facts.plan.sources.get(node.id) ?? NONE;
  const known = context.results.peek(claim, sources);
  const isPlain = (definition.placeholders ?? NONE).length === 0;
  // Nothing to wait for, mostly: the sources ran here, or were read for another node.
  if (known !== undefined && isPlain) return { data: node.data, sources, inputs: known.map(parseResult) };
  return readInputs(context, task, sources);
}

async function readInputs(context: WorkerContext, task: Task, sources: readonly string[]): Promise<ResolvedInputs> {
  const [texts, data] = await Promise.all([context.results.read(task.claim, sources), expandData(context, task)]);
  return { data, sources, inputs: texts.map(parseResult) };
}

function parseResult(text: string | undefined): JsonValue {
  // Levels are dispatched only when the ones before are committed; without a source's result the run has been removed.
  if (text === undefined) throw new ClaimReturned("run-stopped");
  return JSON.parse(text) as JsonValue;
}
