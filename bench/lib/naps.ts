import type { EnqueueOptions, JsonObject, Producer } from "levelflow";
import type { Contender } from "./contender.ts";
import { payloadOf, type Graph, type GraphNode, type GraphResult } from "./graph.ts";

/** Waits of different lengths, each a node type of its own, so that levelflow can tell what to expect of a node. */
export const NAPS_MS = [50, 200, 600] as const;
export const NAP_TYPES: readonly string[] = NAPS_MS.map((napMs) => `nap-${napMs}`);

export interface NapContender {
  readonly name: string;
  /** Whether nodes have types by how long they wait, or all the same. */
  readonly isTold: boolean;
  /** `priority` of every node. */
  readonly priority?: number;
  readonly options?: EnqueueOptions;
}

/** A way to run graphs on roles that run already. */
export function napContender(producer: Producer, { name, isTold, priority, options }: NapContender): Contender {
  return {
    name,
    run: (graph, seeds) =>
      Promise.all(seeds.map((seed) => runGraph(producer, napPayload(graph, { isTold, priority }), { ...options, input: seed }))),
    stop: async () => undefined,
  };
}

/** Every node's result of one run. Throws if it does not complete. */
export async function runGraph(
  producer: Producer,
  payload: JsonObject,
  options: EnqueueOptions,
): Promise<Readonly<Record<string, GraphResult>>> {
  const run = await producer.enqueue(payload, options);
  const { status, errors, nodeResults } = await run.result();
  if (status !== "completed") throw new Error(`a run ended ${status}: ${errors[0]?.message ?? ""}`);
  return nodeResults as unknown as Record<string, GraphResult>;
}

export function napPayload(
  graph: Graph,
  { isTold, priority }: { readonly isTold: boolean; readonly priority?: number | undefined },
): JsonObject {
  const byId = new Map(graph.levels.flat().map((node) => [node.id, node]));
  const { nodes, edges } = payloadOf(graph) as { nodes: { id: string; type: string }[]; edges: JsonObject[] };
  const typed = nodes.map((node) => ({
    ...node,
    type: isTold ? typeOf(byId.get(node.id), node.type) : node.type,
    ...(priority === undefined ? {} : { options: { priority } }),
  }));
  return { nodes: typed, edges };
}

function typeOf(node: GraphNode | undefined, otherwise: string): string {
  const known = `nap-${node?.sleepMs ?? 0}`;
  return NAP_TYPES.includes(known) ? known : otherwise;
}

/** Start, then a level whose nodes wait so long, in the order of their ids, then an end. Both ends are quick. */
export function levelOfNaps(napsMs: readonly number[]): Graph {
  const quick = { add: 1, sleepMs: 0, fillChars: 0 };
  const idOf = (i: number): string => `nap-${String(i).padStart(3, "0")}`;
  const naps = napsMs.map((sleepMs, i) => ({ id: idOf(i), sources: ["start"], add: i, sleepMs, fillChars: 0 }));
  return {
    levels: [[{ ...quick, id: "start", sources: [] }], naps, [{ ...quick, id: "end", sources: naps.map(({ id }) => id) }]],
  };
}
