import type { AnyNodeDefinition, NodeContext, NodeState } from "../../../src/core/node/define-node.ts";
import type { JsonValue } from "../../../src/core/json/json-value.ts";

/** Runs one handler as a worker would see it: data, inputs and output through their schemas, the result as JSON. */
export async function runHandler(
  definition: AnyNodeDefinition,
  given: { data?: unknown; inputs?: Record<string, JsonValue>; signal?: AbortSignal; nodeId?: string } = {},
): Promise<JsonValue> {
  const inputsBySource = given.inputs ?? {};
  const inputs = Object.values(inputsBySource);
  const context: NodeContext<unknown, unknown> = {
    data: definition.data.parse(given.data ?? {}),
    inputs: definition.inputs === undefined ? inputs : definition.inputs.parse(inputs),
    inputsBySource,
    input: undefined,
    signal: given.signal ?? new AbortController().signal,
    run: { id: "run", workflowId: undefined, epoch: 1 },
    node: { id: given.nodeId ?? "node", type: definition.type, level: 0 },
    attempt: 1,
    idempotencyKey: `run/${given.nodeId ?? "node"}/1`,
    state: NO_STATE,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    progress: ignore,
  };
  const result = await definition.run(context);
  return JSON.parse(JSON.stringify(result)) as JsonValue;
}

/** The definition of a node's type. */
export function definitionOf(node: { readonly type: string }, definitions: readonly AnyNodeDefinition[]): AnyNodeDefinition {
  const definition = definitions.find(({ type }) => type === node.type);
  if (definition === undefined) throw new Error(`no node type ${JSON.stringify(node.type)}`);
  return definition;
}

const ignore = (): void => undefined;
const NO_STATE: NodeState = {
  get: () => Promise.resolve(undefined),
  entry: () => Promise.resolve({ kind: "absent" }),
  set: ignore,
  delete: ignore,
};
