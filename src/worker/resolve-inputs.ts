import type { JsonObject, JsonValue } from "../core/json/json-value.ts";
import { contextReferences, expandPlaceholders } from "../core/node/expand-placeholders.ts";
import { ClaimReturned } from "./attempt-end.ts";
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

async function expandData({ store }: WorkerContext, { claim, node, definition }: Task): Promise<JsonObject> {
  const fields = definition.placeholders;
  if (fields === undefined || fields.length === 0) return node.data;
  const { variables, consts } = contextReferences(node.data, fields);
  if (variables.size + consts.size === 0) return node.data;
  return expandPlaceholders(node.data, fields, {
    variables: await readContext(store, claim.runId, "variable", variables),
    consts: await readContext(store, claim.runId, "const", consts),
  });
}

/** Context nodes keep their values in the run's shared state, one key a name. */
async function readContext(
  store: WorkerContext["store"],
  runId: string,
  space: "variable" | "const",
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, JsonValue>> {
  const wanted = [...names];
  const entries = await store.readState({ runId, keys: wanted.map((name) => `context.${space}:${name}`) });
  const values = new Map<string, JsonValue>();
  entries.forEach((entry, i) => {
    if (entry.kind === "present") values.set(wanted[i] as string, entry.value);
  });
  return values;
}
