import type { Payload, PayloadNode } from "./payloads.ts";
import { REFERENCE_NODES } from "./reference-nodes.ts";
import { STATEFUL_NODES } from "./reference-stateful-nodes.ts";
import { compareByBytes, Fault, textOf, type Json, type Shared } from "./reference-values.ts";

/** What has to come of a node: a value, or a fault. */
export type ExpectedNode =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "fault"; readonly code: Fault["code"]; readonly message: string };

export interface ExpectedRun {
  readonly levels: readonly (readonly string[])[];
  /** The level at which the run fails; absent if it completes. */
  readonly failingLevel?: number;
  /** Every node up to the failing level with what it gives if it runs; those that fail change nothing for the others. */
  readonly nodes: ReadonlyMap<string, ExpectedNode>;
  /** Nodes of the failing level that never run: they share state, and one that shares state and has a smaller id fails. */
  readonly blocked: ReadonlySet<string>;
  readonly finalOutput: Json;
}

/** Runs a drawn workflow as `docs/payload.md` describes it: level by level, one node after another, without a line of the product. */
export function runReference(payload: Payload): ExpectedRun {
  const nodesById = new Map(payload.nodes.map((node) => [node.id, node]));
  const levels = levelsOf(payload);
  const shared: Shared = {
    variables: new Map(),
    cache: new Map(),
    context: { variable: new Map(), const: new Map() },
    accumulator: undefined,
    counter: 0,
  };
  const nodes = new Map<string, ExpectedNode>();
  for (const [level, ids] of levels.entries()) {
    for (const id of ids) nodes.set(id, runNode(nodesById.get(id)!, inputsOf(payload, id, nodes), shared));
    const failing = ids.filter((id) => nodes.get(id)!.kind === "fault");
    if (failing.length === 0) continue;
    const isStateful = (id: string): boolean => Object.hasOwn(STATEFUL_NODES, nodesById.get(id)!.type);
    const firstStateful = failing.find(isStateful);
    const blocked = firstStateful === undefined ? [] : ids.slice(ids.indexOf(firstStateful) + 1).filter(isStateful);
    return { levels, failingLevel: level, nodes, blocked: new Set(blocked), finalOutput: null };
  }
  return { levels, nodes, blocked: new Set(), finalOutput: finalOutputOf(payload, nodes) };
}

function levelsOf({ nodes, edges }: Payload): string[][] {
  const levels: string[][] = [];
  let left = nodes.map(({ id }) => id);
  while (left.length > 0) {
    const waiting = new Set(left);
    const fed = new Set(edges.filter(({ source }) => waiting.has(source)).map(({ target }) => target));
    levels.push(left.filter((id) => !fed.has(id)).sort(compareByBytes));
    left = left.filter((id) => fed.has(id));
  }
  return levels;
}

function inputsOf({ edges }: Payload, id: string, nodes: ReadonlyMap<string, ExpectedNode>): Json[] {
  return edges.filter(({ target }) => target === id).map(({ source }) => valueOf(nodes.get(source)));
}

function valueOf(node: ExpectedNode | undefined): Json {
  if (node?.kind !== "value") throw new Error("a node was asked for its value that has none");
  return node.value;
}

function finalOutputOf({ nodes, edges }: Payload, results: ReadonlyMap<string, ExpectedNode>): Json {
  const terminal = nodes.filter(({ id }) => !edges.some(({ source }) => source === id));
  const shown = terminal.filter(({ type }) => type !== "context_variable" && type !== "context_constant");
  const [smallest] = (shown.length > 0 ? shown : terminal).map(({ id }) => id).sort(compareByBytes);
  return smallest === undefined ? null : valueOf(results.get(smallest));
}

function runNode({ type, data = {} }: PayloadNode, inputs: readonly Json[], shared: Shared): ExpectedNode {
  try {
    const rule = REFERENCE_NODES[type]!;
    const value = rule(expand(data, shared) as unknown as Parameters<typeof rule>[0], inputs, shared);
    // Results are JSON: a negative zero is a zero.
    return { kind: "value", value: JSON.parse(JSON.stringify(value)) as Json };
  } catch (error) {
    if (error instanceof Fault) return { kind: "fault", code: error.code, message: error.message };
    throw error;
  }
}

const EXPANDED = ["text", "label", "var_name", "field", "cache_key", "fields", "paths", "initial_value", "fallback_value"];
const PLACEHOLDER = /\{\{[ \t\n\f\r]*(variable|const)\.([A-Za-z0-9_]+)[ \t\n\f\r]*\}\}/g;

/** The data with placeholders expanded, absent where it is null. */
function expand(data: object, { context }: Shared): Record<string, unknown> {
  const fill = (value: Json): Json => {
    if (typeof value === "string") {
      return value.replace(PLACEHOLDER, (placeholder, space: "variable" | "const", name: string) => {
        const found = context[space].get(name);
        return found === undefined ? placeholder : textOf(found);
      });
    }
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return (value as Json[]).map(fill);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)]));
  };
  const present = Object.entries(data).filter(([, value]) => value !== null);
  return Object.fromEntries(present.map(([key, value]) => [key, EXPANDED.includes(key) ? fill(value as Json) : value]));
}
