import type { JsonObject, JsonValue } from "../core/json/json-value.ts";
import { ClaimReturned } from "./attempt-end.ts";
import { expandData } from "./expand-data.ts";
import type { Task } from "./prepare-task.ts";
import type { WorkerContext } from "./worker-context.ts";

/** What a handler is given to work on, before its schemas have seen it. */
export interface ResolvedInputs {
  readonly data: JsonObject;
  /** In the order of the edges. */
  readonly inputs: readonly JsonValue[];
  readonly inputsBySource: Readonly<Record<string, JsonValue>>;
  readonly input: JsonValue | undefined;
}

/** Reads the results of the node's sources and expands the placeholders of its data. Each node gets copies of its own. */
export async function resolveInputs(context: WorkerContext, task: Task): Promise<ResolvedInputs> {
  const sources = task.facts.plan.sources.get(task.node.id) ?? [];
  const { runId } = task.claim;
  const [texts, data, input] = await Promise.all([
    context.results.read(runId, sources),
    expandData(context, task),
    task.facts.readInput(),
  ]);
  const inputs = texts.map((text) => parseResult(text));
  const inputsBySource = Object.create(null) as Record<string, JsonValue>;
  sources.forEach((source, i) => (inputsBySource[source] = inputs[i] as JsonValue));
  return { data, inputs, inputsBySource, input };
}

function parseResult(text: string | undefined): JsonValue {
  // Levels are dispatched only when the ones before are committed; without a source's result the run has been removed.
  if (text === undefined) throw new ClaimReturned("run-stopped");
  return JSON.parse(text) as JsonValue;
}
