import type { JsonValue } from "../../src/index.ts";
import type { Payload, PayloadNode } from "../support/payloads.ts";
import { numberOf } from "./nodes.ts";

/** What a run is like, or what is done to it. */
export const PLOTS = ["plain", "wide", "deep", "blocking", "pause", "cancel", "fail", "retry"] as const;
export type Plot = (typeof PLOTS)[number];

export interface PlannedRun {
  readonly plot: Plot;
  readonly payload: Payload;
  /** Most claims at a time. */
  readonly limit: number;
  /** Node ids by level, in the order in which those that share state take effect. */
  readonly levels: readonly (readonly string[])[];
  readonly nodes: ReadonlyMap<string, PayloadNode>;
  /** What an undisturbed run gives, worked out one node after another. */
  readonly results: ReadonlyMap<string, JsonValue>;
  readonly finalOutput: JsonValue;
  /** Shared state at the end of a run that completes, by key. */
  readonly state: ReadonlyMap<string, number>;
}

type Kind = () => Omit<PayloadNode, "id">;
type Edge = Payload["edges"][number];

/** More than any run needs: attempts are used up by timeouts that faults bring about. */
const ATTEMPTS = 50;
const NUMERIC = new Set(["sum", "pure", "nap", "deaf", "shaky", "hanging", "sly", "block"]);

/** Draws a run of the given plot. */
export function drawRun(plot: Plot, random: () => number): PlannedRun {
  const pick = (size: number): number => Math.floor(random() * size);
  const choose = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
  const id = (): string => `n${random().toString(36).slice(2, 10)}`;
  const retries = { attempts: ATTEMPTS, backoff: { type: "fixed", delayMs: 100 + pick(300) } };
  const kinds: readonly Kind[] = [
    () => ({ type: "sum" }),
    () => ({ type: "nap", data: { ms: 100 + pick(1_500) } }),
    () => ({ type: "nap", data: { ms: 1_000 + pick(2_500) } }),
    () => ({ type: "deaf", data: { ms: 100 + pick(1_500) } }),
    () => ({ type: "shaky", data: { times: pick(3) }, options: retries }),
    () => ({ type: "hanging", data: { times: pick(2) }, options: { ...retries, timeoutMs: 700 + pick(800) } }),
    () => ({ type: "counter", data: { counter_op: "increment", delta: 1 + pick(9) } }),
    () => ({ type: "accumulator", data: { accum_op: "sum" } }),
    () => ({ type: "sly" }),
    () => ({ type: "pure" }),
    () => ({ type: "pure" }),
  ];
  const quick = [0, 1, 6, 7, 8, 9, 10].map((i) => kinds[i]!);
  const nap = (): Omit<PayloadNode, "id"> => ({ type: "nap", data: { ms: 50 + pick(400) } });

  const layers: PayloadNode[][] = Array.from({ length: depthOf(plot, pick) }, () =>
    Array.from({ length: widthOf(plot, pick) }, () => {
      const kind = plot === "deep" ? choose(quick)() : plot === "wide" ? choose([nap, nap, nap, ...quick])() : choose(kinds)();
      return finish({ ...kind, id: id() }, plot, pick);
    }),
  );
  if (plot === "fail" || plot === "retry") choose(layers).push({ id: id(), type: "broken", data: { add: 1 } });
  if (plot === "blocking") choose(layers).push({ id: id(), type: "block", data: { add: 1, ms: 2_000 + pick(6_000) } });
  const edges = layers
    .slice(1)
    .flatMap((layer, above) => layer.flatMap((node, i) => drawEdges(node, layers[above]!, layer, i, pick)));
  const options = choose([{}, {}, { maxConcurrency: 1 + pick(4) }, { sequential: true }]);
  const mayCrawl = plot !== "wide" && plot !== "deep";
  return foresee(plot, { nodes: layers.flat(), edges, options: mayCrawl ? options : choose([{}, { maxConcurrency: 10 }]) });
}

type Pick = (size: number) => number;

function depthOf(plot: Plot, pick: Pick): number {
  return plot === "wide" ? 1 + pick(2) : plot === "deep" ? 12 + pick(14) : 1 + pick(5);
}

function widthOf(plot: Plot, pick: Pick): number {
  return plot === "wide" ? 40 + pick(50) : plot === "deep" ? 1 + pick(2) : 1 + pick(5);
}

function finish(node: PayloadNode, plot: Plot, pick: Pick): PayloadNode {
  const short = plot === "deep" && node.type === "nap" ? { ms: 20 + pick(200) } : {};
  if (node.type === "counter" || node.type === "accumulator") return node;
  return { ...node, data: { ...node.data, ...short, add: 1 + pick(9) } };
}

/** One or two sources in the layer above. An accumulator takes one number: without any it becomes a sum, in its place of the layer. */
function drawEdges(node: PayloadNode, above: readonly PayloadNode[], layer: PayloadNode[], i: number, pick: Pick): Edge[] {
  const isAccumulator = node.type === "accumulator";
  const numeric = above.filter(({ type }) => NUMERIC.has(type));
  if (isAccumulator && numeric.length === 0) layer[i] = { id: node.id, type: "sum", data: { add: 1 } };
  const sources = isAccumulator && numeric.length > 0 ? numeric : above;
  const count = isAccumulator ? 1 : 1 + pick(2);
  return Array.from({ length: count }, () => ({ source: sources[pick(sources.length)]!.id, target: node.id }));
}

/** Works out what an undisturbed run gives, without a line of the product. */
function foresee(
  plot: Plot,
  drawn: Payload & { readonly options: { maxConcurrency?: number; sequential?: boolean } },
): PlannedRun {
  const nodes = new Map(drawn.nodes.map((node) => [node.id, node]));
  const sources = new Map<string, string[]>();
  for (const { source, target } of drawn.edges) sources.set(target, [...(sources.get(target) ?? []), source]);
  const levels = levelsOf(drawn, sources);
  const results = new Map<string, JsonValue>();
  const state = new Map<string, number>();
  const count = (key: string, by: number): number => {
    const total = (state.get(key) ?? 0) + by;
    state.set(key, total);
    return total;
  };
  for (const id of levels.flat()) {
    const { type, data = {} } = nodes.get(id)!;
    const { add = 0, delta = 0 } = data as { add?: number; delta?: number };
    const inputs = (sources.get(id) ?? []).map((source) => numberOf(results.get(source)));
    if (type === "counter") results.set(id, { operation: "increment", value: count("counter", delta) });
    else if (type === "accumulator") results.set(id, { operation: "sum", value: count("accumulator", inputs[0] ?? 0) });
    else if (type === "sly") results.set(id, count("sly", add));
    else
      results.set(
        id,
        inputs.reduce((total, value) => total + value, add),
      );
  }
  const feeding = new Set(drawn.edges.map(({ source }) => source));
  const [terminal] = [...nodes.keys()].filter((id) => !feeding.has(id)).sort();
  const limit = drawn.options.sequential === true ? 1 : (drawn.options.maxConcurrency ?? Infinity);
  return { plot, payload: drawn, limit, levels, nodes, results, finalOutput: results.get(terminal!) ?? null, state };
}

/** A node's level is one more than the highest of its sources'. Ids are ASCII, so `sort` has their order. */
function levelsOf({ nodes }: Payload, sources: ReadonlyMap<string, readonly string[]>): string[][] {
  const levelOf = new Map<string, number>();
  // Layers come one after another in the payload, so sources are known.
  for (const { id } of nodes) levelOf.set(id, 1 + Math.max(-1, ...(sources.get(id) ?? []).map((source) => levelOf.get(source)!)));
  const levels: string[][] = [];
  for (const [id, level] of levelOf) (levels[level] ??= []).push(id);
  return levels.map((level) => level.sort());
}
