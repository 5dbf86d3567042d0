import type { z } from "zod";
import { TerminalError } from "../../../src/core/errors/node-errors.ts";
import type { JsonObject, JsonValue } from "../../../src/core/json/json-value.ts";
import type { NodeContext, NodeDefinition } from "../../../src/core/node/define-node.ts";
import { expandPlaceholders } from "../../../src/core/node/expand-placeholders.ts";
import { textForm } from "../../../src/core/text/text-form.ts";
import { formatIssues } from "../../../src/core/node/format-issues.ts";
import { MemoryState } from "./memory-state.ts";

export interface RunNodeOptions {
  readonly data?: JsonObject;
  readonly inputs?: readonly JsonValue[];
  readonly state?: MemoryState;
  readonly signal?: AbortSignal;
}

/** A definition whose data type the caller does not know. */
export type RunnableNode = Pick<NodeDefinition<string, never>, "type" | "placeholders"> & {
  readonly data: z.ZodType;
  run(context: NodeContext<never>): unknown;
};

/** Runs one node as the worker does: placeholders, schema, handler, and the state changes if it succeeds. */
export async function runNode(definition: RunnableNode, options: RunNodeOptions = {}): Promise<JsonValue> {
  const { data = {}, inputs = [], state: shared = new MemoryState(), signal = new AbortController().signal } = options;
  const expanded = expandFrom(shared, definition, data);
  const parsed = definition.data.safeParse(expanded);
  if (!parsed.success) throw new TerminalError(formatIssues(parsed.error.issues, "data"));
  const { state, commit } = shared.open();
  const context: NodeContext = {
    data: parsed.data,
    inputs,
    inputsBySource: {},
    input: undefined,
    signal,
    run: { id: "run", workflowId: undefined, epoch: 1 },
    node: { id: "node", type: definition.type, level: 0 },
    attempt: 1,
    idempotencyKey: "run.1.node",
    state,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    progress: ignore,
  };
  const result = (await definition.run(context as NodeContext<never>)) as JsonValue;
  commit();
  return result;
}

function expandFrom(shared: MemoryState, { placeholders = [] }: RunnableNode, data: JsonObject): JsonObject {
  return expandPlaceholders(data, placeholders, ({ space, name }) => {
    const entry = shared.read(`context.${space}:${name}`);
    return entry.kind === "present" ? textForm(entry.value) : undefined;
  });
}

function ignore(): void {
  // Nobody listens.
}
