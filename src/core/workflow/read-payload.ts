import type { z } from "zod";
import type { WorkflowIssue } from "../errors/levelflow-error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json/json-value.ts";
import { inSlices, ITEMS_A_STEP, type Steps as StepsOf } from "../time/in-turns.ts";
import { formatPath } from "../text/format-path.ts";
import { quote } from "../text/quote.ts";
import { suggest } from "../text/suggest.ts";
import { BUILTIN_TYPES } from "./builtin-types.ts";
import { copyJson } from "./copy-json.ts";
import { describeFound, FAULT_TEXTS } from "./describe-fault.ts";
import { inferType } from "./infer-type.ts";
import { nodeOptionsSchema, OPTION_KEYS, workflowOptionsSchema } from "./options-schema.ts";
import {
  DATA_FIELDS,
  type edgeSchema,
  edgesSchema,
  isPlainValue,
  nodesSchema,
  payloadSchema,
  TYPE_FIELDS,
} from "./payload-schema.ts";
import type { NodeOptions, Workflow, WorkflowEdge, WorkflowNode } from "./workflow.ts";

export interface ReadPayload {
  /** The payload in normal form, its structure not checked yet; absent if nodes or edges cannot be told. Without faults it is complete. */
  readonly workflow?: Workflow;
  /** Every fault of the payload's shape. */
  readonly faults: readonly WorkflowIssue[];
}

type Steps = readonly PropertyKey[];

const NO_OPTIONS: NodeOptions = Object.freeze({});
const NO_DATA = Object.freeze(Object.create(null) as JsonObject);

/** Reads what a payload says by its known keys. Collects every fault; what is unknown is not looked at, however deep it is. */
export function* readPayload(payload: unknown): StepsOf<ReadPayload> {
  const faults: WorkflowIssue[] = [];
  const frame = payloadSchema.safeParse(payload, FAULT_TEXTS);
  // After a fault the rest is read from what was given, so that faults in lists, data and options are told with the others.
  const given = frame.success ? frame.data : payload;
  const frameIssues = frame.success ? [] : frame.error.issues;
  if (!isRecord(given)) {
    addFaults(faults, [], frameIssues);
    return { faults };
  }
  const addFrameFaults = (key: string): void =>
    addFaults(
      faults,
      [],
      frameIssues.filter(({ path }) => path[0] === key),
    );
  addFrameFaults("workflow_id");
  addFrameFaults("nodes");
  const givenNodes = yield* readList(nodesSchema, given["nodes"], "nodes", faults);
  addFrameFaults("edges");
  const edges = yield* readList(edgesSchema, given["edges"], "edges", faults);
  const hasShape = faults.length === 0;
  const options = isJsonObject(given["options"]) ? readOptions(workflowOptionsSchema, given["options"], ["options"], faults) : {};
  const nodes: WorkflowNode[] = [];
  yield* inSlices(givenNodes.length, ITEMS_A_STEP, (start, end) => {
    for (let index = start; index < end; index++) nodes.push(readNode(givenNodes[index], ["nodes", index], faults));
  });
  if (!hasShape) return { faults };
  const workflowId = given["workflow_id"];
  const graph = { nodes, edges: edges.map(toEdge), options: options ?? {} };
  return { workflow: typeof workflowId === "string" ? { workflowId, ...graph } : graph, faults };
}

/** The items of a list, those at fault as they were given. */
function* readList<Item>(
  schema: z.ZodType<Item[]>,
  given: unknown,
  key: string,
  faults: WorkflowIssue[],
): StepsOf<readonly Item[]> {
  const items: Item[] = [];
  const list = Array.isArray(given) ? (given as readonly Item[]) : [];
  yield* inSlices(list.length, ITEMS_A_STEP, (start, end) => {
    const slice = list.slice(start, end);
    const read = schema.safeParse(slice, FAULT_TEXTS);
    for (const item of read.success ? read.data : slice) items.push(item);
    const issues = read.error?.issues ?? [];
    addFaults(
      faults,
      [key],
      issues.map((issue) => ({ ...issue, path: [start + Number(issue.path[0]), ...issue.path.slice(1)] })),
    );
  });
  return items;
}

function toEdge({ source, target }: z.output<typeof edgeSchema>): WorkflowEdge {
  return { source, target };
}

/** Reads one node. If its id or type is at fault, which the shape check has told, the node that comes back is not used. */
function readNode(given: unknown, steps: Steps, faults: WorkflowIssue[]): WorkflowNode {
  if (!isRecord(given)) return { id: "", type: "", data: NO_DATA, options: NO_OPTIONS };
  const { id, options } = given;
  return {
    id: id as string,
    ...readTypedData((given["type"] ?? "") as string, given["data"] ?? NO_DATA, [...steps, "data"], faults),
    options: isJsonObject(options)
      ? (readOptions(nodeOptionsSchema, options, [...steps, "options"], faults) ?? NO_OPTIONS)
      : NO_OPTIONS,
  };
}

/** Data of a built-in type is cut down to its known fields, checked; data of other types is copied whole. */
function readTypedData(type: string, given: unknown, steps: Steps, faults: WorkflowIssue[]): Pick<WorkflowNode, "type" | "data"> {
  if (!isRecord(given)) {
    faults.push({ path: formatPath(steps), message: `expected an object, found ${describeFound(given)}` });
    return { type, data: NO_DATA };
  }
  if (type === "" || BUILTIN_TYPES.has(type)) return readKnownFields(type, given, steps, faults);
  const copy = copyJson(given);
  if (copy.kind === "copied") return { type, data: copy.value as JsonObject };
  faults.push({ path: formatPath([...steps, ...copy.path]), message: copy.message });
  return { type, data: NO_DATA };
}

/** The fields of all types tell the type, if none is given; that may have more fields of its own. */
function readKnownFields(
  givenType: string,
  given: Readonly<Record<string, unknown>>,
  steps: Steps,
  faults: WorkflowIssue[],
): Pick<WorkflowNode, "type" | "data"> {
  // Known fields only, so no key is a danger to a plain object, which is a fast one.
  const data: Record<string, JsonValue> = {};
  const read = (fields: typeof DATA_FIELDS): void => {
    for (const key of Object.keys(given)) {
      const schema = fields.get(key);
      const value = given[key];
      if (schema === undefined || value === null || value === undefined) continue;
      if (isPlainValue(schema, value)) {
        data[key] = value;
        continue;
      }
      const field = schema.safeParse(value, FAULT_TEXTS);
      if (field.success) data[key] = field.data;
      else addFaults(faults, [...steps, key], field.error.issues);
    }
  };
  read(DATA_FIELDS);
  const type = givenType === "" ? inferType(data) : givenType;
  const ownFields = TYPE_FIELDS.get(type);
  if (ownFields !== undefined) read(ownFields);
  return { type, data };
}

function readOptions<Options>(
  schema: z.ZodType<Options>,
  given: unknown,
  steps: Steps,
  faults: WorkflowIssue[],
): Options | undefined {
  const options = schema.safeParse(given, FAULT_TEXTS);
  if (options.success) return options.data;
  addFaults(faults, steps, options.error.issues);
  return undefined;
}

function addFaults(faults: WorkflowIssue[], steps: Steps, issues: readonly z.core.$ZodIssue[]): void {
  for (const issue of issues) {
    const path = [...steps, ...issue.path];
    if (issue.code !== "unrecognized_keys") faults.push({ path: formatPath(path), message: issue.message });
    else for (const key of issue.keys) faults.push({ path: formatPath([...path, key]), message: unknownOption(key, path) });
  }
}

function unknownOption(key: string, path: Steps): string {
  const place = path.at(-1) === "backoff" ? "backoff" : path.length > 1 ? "node" : "workflow";
  const nearest = suggest(key, OPTION_KEYS[place]);
  const remedy = nearest === undefined ? `known are ${OPTION_KEYS[place].join(", ")}` : `did you mean ${quote(nearest)}?`;
  return `unknown option ${quote(key)}: ${remedy}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isJsonObject(value);
}
