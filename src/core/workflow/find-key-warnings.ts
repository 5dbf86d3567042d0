import type { WorkflowIssue } from "../errors/levelflow-error.ts";
import { isJsonObject, type JsonObject } from "../json/json-value.ts";
import { formatPath } from "../text/format-path.ts";
import { quote } from "../text/quote.ts";
import { suggest } from "../text/suggest.ts";
import { BUILTIN_TYPES } from "./builtin-types.ts";
import { inferType } from "./infer-type.ts";
import { DATA_FIELDS, edgeSchema, nodeSchema, payloadSchema, TYPE_FIELDS } from "./payload-schema.ts";

const PAYLOAD_KEYS = Object.keys(payloadSchema.shape);
const NODE_KEYS = Object.keys(nodeSchema.shape);
const EDGE_KEYS = Object.keys(edgeSchema.shape);
const DATA_KEYS = [...DATA_FIELDS.keys()];

/** Keys that editors keep in a payload, and what people note there: no slips, even if they are close to a known key. */
const EDITOR_KEYS: ReadonlySet<string> = new Set(
  (
    "animated arrow author className collapsed color comment created createdAt date description dragging draggable extent group handle " +
    "handles height hidden icon kind label labels layout markerEnd markerStart measured meta metadata modified name note notes parent " +
    "parentId parentNode position positionAbsolute ports selectable selected shape size sourceHandle sourcePosition sourceX sourceY style " +
    "subtitle tag tags targetHandle targetPosition targetX targetY title tooltip ui updated updatedAt version viewport visible width x y " +
    "z zIndex zoom"
  ).split(" "),
);

/** Unknown keys that look like a misspelt known one, at the payload, its nodes and edges, and the data of nodes with a built-in type. */
export function findKeyWarnings(payload: unknown): WorkflowIssue[] {
  const warnings: WorkflowIssue[] = [];
  try {
    warnSlips(payload, PAYLOAD_KEYS, [], warnings);
    if (!isJsonObject(payload)) return warnings;
    for (const [index, node] of listOf(payload["nodes"]).entries()) warnNode(node, index, warnings);
    for (const [index, edge] of listOf(payload["edges"]).entries()) warnSlips(edge, EDGE_KEYS, ["edges", index], warnings);
  } catch {
    // A getter of the payload threw, which parsing has told.
  }
  return warnings;
}

function warnNode(node: unknown, index: number, warnings: WorkflowIssue[]): void {
  warnSlips(node, NODE_KEYS, ["nodes", index], warnings);
  if (!isJsonObject(node)) return;
  const { data, type = null } = node;
  if (!isJsonObject(data)) return;
  if (type === null || type === "") warnData(data, inferType(data), index, warnings);
  else if (typeof type === "string" && BUILTIN_TYPES.has(type)) warnData(data, type, index, warnings);
}

function warnData(data: JsonObject, type: string, index: number, warnings: WorkflowIssue[]): void {
  const known = [...DATA_KEYS, ...(TYPE_FIELDS.get(type)?.keys() ?? [])];
  warnSlips(data, known, ["nodes", index, "data"], warnings);
}

function warnSlips(given: unknown, known: readonly string[], steps: readonly PropertyKey[], warnings: WorkflowIssue[]): void {
  if (!isJsonObject(given)) return;
  for (const key of Object.keys(given)) {
    if (EDITOR_KEYS.has(key) || known.includes(key)) continue;
    // Beside the key it resembles, it stands for something else.
    const nearest = suggest(
      key,
      known.filter((candidate) => !Object.hasOwn(given, candidate)),
    );
    if (nearest === undefined) continue;
    const message = `unknown key ${quote(key)} is ignored: did you mean ${quote(nearest)}?`;
    warnings.push({ path: formatPath([...steps, key]), message });
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
