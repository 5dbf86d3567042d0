import type { z } from "zod";
import type { JsonValue } from "../json/json-value.ts";

/** An entry of the run's shared state: there, over its lifetime (by Redis' clock) and not yet removed, or not there. */
export type StateEntry =
  { readonly kind: "present"; readonly value: JsonValue } | { readonly kind: "expired" } | { readonly kind: "absent" };

/**
 * The run's shared state: one key-value store a run, empty at its start. Reads see what earlier nodes committed and this attempt's own
 * changes; changes take effect with the commit of the node's result, or not at all.
 */
export interface NodeState {
  /** The value under `key`, `undefined` if there is none or its lifetime is over. */
  get(key: string): Promise<JsonValue | undefined>;
  /** Like `get`, telling an entry whose lifetime is over from one that never was. */
  entry(key: string): Promise<StateEntry>;
  /** Sets `key`. With `ttlMs` (may be fractional; 0 or less: over at once) its lifetime starts at the commit. */
  set(key: string, value: JsonValue, options?: { readonly ttlMs?: number }): void;
  delete(key: string): void;
}

/** Writes to the worker's log, with run, node and attempt attached. */
export interface NodeLog {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What a handler is called with. Pass it on as it is: some of its properties are made when they are read, so a copy by spreading lacks them. */
export interface NodeContext<Data = unknown, Inputs = readonly JsonValue[]> {
  /** The node's data as its schema gives it, placeholders expanded. */
  readonly data: Data;
  /** Results of the node's sources, in the order of the edges; an edge given twice gives its value twice. */
  readonly inputs: Inputs;
  /** The same by source id; has no prototype. */
  readonly inputsBySource: Readonly<Record<string, JsonValue>>;
  /** The run's input, `undefined` if it was enqueued without one. */
  readonly input: JsonValue | undefined;
  /** Aborted when the run fails, is cancelled, times out, or this attempt has lost its claim. Its result is then refused. */
  readonly signal: AbortSignal;
  readonly run: { readonly id: string; readonly workflowId: string | undefined; readonly epoch: number };
  readonly node: { readonly id: string; readonly type: string; readonly level: number };
  /** 1 for the first attempt. A crash of the worker is not an attempt. */
  readonly attempt: number;
  /** The same for every attempt and crash of this node in this epoch of the run: hand it to services that deduplicate. */
  readonly idempotencyKey: string;
  readonly state: NodeState;
  readonly log: NodeLog;
  /** Reports progress, 0 to 1, with an optional note. Shown live, never stored with the result. */
  readonly progress: (fraction: number, note?: string) => void;
}

/** A node type: its name, its schemas and its handler. Made by {@link defineNode}. */
export interface NodeDefinition<
  Type extends string = string,
  Data = unknown,
  Inputs = readonly JsonValue[],
  Output = unknown,
  DataInput = unknown,
> {
  readonly type: Type;
  readonly description?: string;
  readonly data: z.ZodType<Data, DataInput>;
  readonly inputs?: z.ZodType<Inputs>;
  readonly output?: z.ZodType<Output>;
  readonly placeholders?: readonly string[];
  readonly secretFields?: readonly string[];
  readonly stateful?: boolean;
  readonly pure?: boolean;
  run(context: NodeContext<Data, Inputs>): Output | Promise<Output>;
}

/** A definition of any node type, as registries hold it. */
export type AnyNodeDefinition = NodeDefinition<string, unknown, unknown>;

const DEFINITION = Symbol.for("levelflow.node-definition");

/**
 * Defines a node type.
 *
 * - `type`: the name that payloads use, case-sensitive, not empty.
 * - `description`: what the type does, in a sentence; `levelflow nodes` shows it.
 * - `data`: zod schema of the node's `data`, checked before each attempt (`INVALID_NODE_DATA`, not retried).
 * - `inputs`, `output`: optional zod schemas of the input array and of the result (`INVALID_NODE_INPUT`, `INVALID_NODE_OUTPUT`, not
 *   retried). An issue without a path is reported by its message alone, others as `<message> at data.<path>`.
 * - `placeholders`: data fields in which `{{variable.NAME}}`, `{{const.NAME}}` and `{{input.path}}` are expanded before the schema is
 *   applied, in text at any depth.
 * - `secretFields`: those of the `placeholders` fields in which `{{secret.NAME}}` is expanded as well, to the worker's environment variable
 *   `LEVELFLOW_SECRET_NAME`. Its value is blacked out in errors, logs and progress notes of the attempt, but not in its result.
 * - `stateful`: nodes of the type use `state`; those of one level then run one after another in id order. A handler that touches
 *   `state` without it is run again in order, and the type is remembered as stateful: say so to spare the second run. Default false.
 * - `pure`: what the handler gives follows from the node's data and inputs and the run's input alone, and it has no effect elsewhere. Workers may
 *   then run it ahead of its claim, so that quick pure nodes that follow each other cost one call of Redis for many; and again with a claim,
 *   should that be refused or the handler fail, so that its log lines may come twice. Not together with `stateful`. Default false.
 * - `run`: the handler; returns a JSON value or a promise of one. Called at least once: use `idempotencyKey` for effects elsewhere.
 */
export function defineNode<const Type extends string, Data, Inputs = readonly JsonValue[], Output = unknown, DataInput = unknown>(
  definition: NodeDefinition<Type, Data, Inputs, Output, DataInput>,
): NodeDefinition<Type, Data, Inputs, Output, DataInput> {
  if (typeof definition.type !== "string" || definition.type === "") {
    throw new TypeError("defineNode: type must be a text that is not empty");
  }
  if (typeof definition.run !== "function") {
    throw new TypeError(`defineNode: node type ${JSON.stringify(definition.type)} has no run function`);
  }
  if (typeof (definition.data as { safeParse?: unknown } | undefined)?.safeParse !== "function") {
    throw new TypeError(`defineNode: node type ${JSON.stringify(definition.type)} has no zod schema for data`);
  }
  if (definition.pure === true && definition.stateful === true) {
    throw new TypeError(
      `defineNode: node type ${JSON.stringify(definition.type)} is declared pure and stateful: it can be one of them`,
    );
  }
  const marked = { ...definition };
  Object.defineProperty(marked, DEFINITION, { value: true });
  return Object.freeze(marked);
}

/** Whether a value was made by {@link defineNode}, also by another copy of this package. */
export function isNodeDefinition(value: unknown): value is AnyNodeDefinition {
  return typeof value === "object" && value !== null && DEFINITION in value;
}
