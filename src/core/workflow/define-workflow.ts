import type { z } from "zod";
import type { JsonValue } from "../json/json-value.ts";
import type { NodeDefinition } from "../node/define-node.ts";
import { quote } from "../text/quote.ts";
import { invalidWorkflow } from "./invalid-workflow.ts";
import type { Backoff, NodeOptions, WorkflowOptions } from "./workflow.ts";

/** A node's options as one writes them: `backoff` by its type alone, or without what has a default. */
export interface NodeOptionsInput extends Omit<NodeOptions, "backoff"> {
  readonly backoff?: Backoff["type"] | (Pick<Backoff, "type"> & Partial<Backoff>);
}

/** A payload as {@link defineWorkflow} builds it: plain data, ready for `JSON.stringify`, `enqueue` or `runLocal`. */
export interface WorkflowPayload {
  readonly workflow_id?: string;
  readonly options?: WorkflowOptions;
  readonly nodes: readonly {
    readonly id: string;
    readonly type: string;
    readonly data: unknown;
    readonly options?: NodeOptionsInput;
  }[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

/** Ids of the nodes so far, and what each gives. */
type Outputs = Readonly<Record<string, unknown>>;

/** The data that a definition takes: what its schema accepts where its type tells, else what it gives. */
type DataOf<Schema, Data> = unknown extends z.input<Schema> ? Data : z.input<Schema>;

/** An id that is not taken; for one that is, a text that no id equals, which the compiler shows. Ids of type `string` end the check. */
type FreeId<Id extends string, Known extends Outputs> = string extends keyof Known
  ? Id
  : Id extends keyof Known
    ? `node id "${Id}" is taken`
    : Id;

/** What the sources give, in order. A source whose result is any JSON value fits everywhere: only the run can tell. */
type Given<Known extends Outputs, Sources extends readonly string[]> = {
  -readonly [Index in keyof Sources]: JsonValue extends Known[Sources[Index]] ? never : Known[Sources[Index]];
};

type Fits<Known extends Outputs, Sources extends readonly string[], Inputs> = readonly JsonValue[] extends Inputs
  ? true
  : Given<Known, Sources> extends Inputs
    ? true
    : false;

/** Nothing to complain of, or a type that no list of ids has, whose name and parts the compiler shows. */
type CheckedSources<Known extends Outputs, Sources extends readonly string[], Inputs> =
  Fits<Known, Sources, Inputs> extends true
    ? unknown
    : { readonly "the sources do not fit": { given: Given<Known, Sources>; taken: Inputs } };

/** How a node is connected and run. */
export interface Wiring<Sources> {
  /** Ids of the nodes whose results are the inputs, in this order. */
  readonly inputs: Sources;
  readonly options?: NodeOptionsInput;
}

/** How a node without inputs is run. */
export interface Unwired {
  readonly inputs?: readonly [];
  readonly options?: NodeOptionsInput;
}

/** The last argument of `node`: needed unless the node's type can do without inputs. */
type Tail<Known extends Outputs, Inputs> = Fits<Known, [], Inputs> extends true ? [unwired?: Unwired] : [unwired: never];

/** Gathers nodes; each call answers a new builder that knows one node more, so a common beginning can be continued in several ways. */
export interface WorkflowBuilder<Known extends Outputs> {
  /** Adds a node with inputs. Its sources must have been added before, so no cycle can be written down. */
  node<
    const Id extends string,
    Type extends string,
    Data,
    Inputs,
    Output,
    Schema extends z.ZodType,
    const Sources extends readonly [keyof Known & string, ...(keyof Known & string)[]],
  >(
    id: FreeId<Id, Known>,
    definition: NodeDefinition<Type, Data, Inputs, Output> & { readonly data: Schema },
    data: DataOf<Schema, Data>,
    wiring: Wiring<Sources & CheckedSources<Known, Sources, Inputs>>,
  ): WorkflowBuilder<Known & Readonly<Record<Id, Awaited<Output>>>>;
  /** Adds a node without inputs. */
  node<const Id extends string, Type extends string, Data, Inputs, Output, Schema extends z.ZodType>(
    id: FreeId<Id, Known>,
    definition: NodeDefinition<Type, Data, Inputs, Output> & { readonly data: Schema },
    data: DataOf<Schema, Data>,
    ...tail: Tail<Known, Inputs>
  ): WorkflowBuilder<Known & Readonly<Record<Id, Awaited<Output>>>>;
  /** The payload of what was added so far. */
  build(): WorkflowPayload;
}

/**
 * Builds a workflow payload whose ids, references, data and inputs the compiler checks against the definitions of the nodes' types.
 *
 * ```ts
 * const payload = defineWorkflow("sum", { timeoutMs: 60_000 })
 *   .node("a", number, { value: 1 })
 *   .node("b", number, { value: 2 })
 *   .node("total", operation, { op: "add" }, { inputs: ["a", "b"], options: { attempts: 3 } })
 *   .build();
 * ```
 *
 * A node's inputs are the results of `inputs` in that order. The compiler refuses an id that is taken or unknown, data that the type's
 * schema does not describe, and a source whose result its target does not take; ids that are only known when the program runs are
 * checked then, with `InvalidWorkflowError`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a builder that knows no node yet
export function defineWorkflow(workflowId?: string, options?: WorkflowOptions): WorkflowBuilder<{}> {
  const named = workflowId === undefined ? {} : { workflow_id: workflowId };
  return builderOf({ ...named, ...(options === undefined ? {} : { options }), nodes: [], edges: [] });
}

/** What is left of {@link WorkflowBuilder.node} when the program runs. */
type AddNode = (
  id: string,
  definition: { readonly type: string },
  data: unknown,
  wiring?: { readonly inputs?: readonly string[]; readonly options?: NodeOptionsInput },
) => unknown;

function builderOf<Known extends Outputs>(payload: WorkflowPayload): WorkflowBuilder<Known> {
  const node: AddNode = (id, { type }, data, { inputs = [], options } = {}) => {
    checkReferences(payload, id, inputs);
    const added = options === undefined ? { id, type, data } : { id, type, data, options };
    const edges = inputs.map((source) => ({ source, target: id }));
    return builderOf({ ...payload, nodes: [...payload.nodes, added], edges: [...payload.edges, ...edges] });
  };
  return { node: node as WorkflowBuilder<Known>["node"], build: () => payload };
}

function checkReferences({ nodes }: WorkflowPayload, id: string, inputs: readonly string[]): void {
  const known = new Set(nodes.map((node) => node.id));
  const path = `nodes[${nodes.length}]`;
  const issues = known.has(id) ? [{ path: `${path}.id`, message: `duplicate node id ${quote(id)}` }] : [];
  for (const source of new Set(inputs)) {
    if (known.has(source)) continue;
    issues.push({ path: `${path}.inputs`, message: `unknown source ${quote(source)} of node ${quote(id)}` });
  }
  if (issues.length > 0) throw invalidWorkflow("invalid workflow", issues);
}
