import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { TerminalError } from "../../src/core/errors/node-errors.ts";
import { defineNode, type AnyNodeDefinition, type NodeContext } from "../../src/core/node/define-node.ts";
import { parseWorkflow } from "../../src/core/workflow/parse-workflow.ts";
import { planOf } from "../../src/core/workflow/workflow-plan.ts";
import type { Workflow } from "../../src/core/workflow/workflow.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** What is done to a run besides letting it run. */
export type Plot = "run" | "pause" | "cancel" | "fail" | "retry";

export interface PlannedRun {
  readonly plot: Plot;
  readonly payload: unknown;
  readonly workflow: Workflow;
  /** The result of each node of a run that completes. */
  readonly results: ReadonlyMap<string, number>;
}

/** A handler at work. */
export interface RunningHandler {
  readonly runId: string;
  readonly nodeId: string;
  readonly process: SimulatedProcess;
  readonly signal: AbortSignal;
}

/** What handlers share with the outside of their run. */
export interface Outside {
  /** How often each node was tried. */
  readonly tries: Map<string, number>;
  readonly handlers: Set<RunningHandler>;
  /** Runs whose broken nodes work from now on. */
  readonly mended: Set<string>;
}

const RETRIES = { attempts: 100, backoff: { type: "fixed", delayMs: 1, jitter: 0 } };
const STATEFUL_TYPES = new Set(["tally", "sly"]);

export function isStateful(type: string): boolean {
  return STATEFUL_TYPES.has(type);
}

const data = z.object({ add: z.number(), times: z.number().default(0), ms: z.number().default(0) });
type Context = NodeContext<z.output<typeof data>>;

/** The node types of a process. Each answers the sum of its inputs and what it adds, after its own kind of trouble. */
export function nodesOf(process: SimulatedProcess, outside: Outside): readonly AnyNodeDefinition[] {
  const sum = ({ data: { add }, inputs }: Context): number => (inputs as number[]).reduce((total, value) => total + value, add);
  const count = async (key: string, { data: { add }, state }: Context): Promise<number> => {
    const total = Number((await state.get(key)) ?? 0) + add;
    state.set(key, total);
    return total;
  };
  const define = (
    type: string,
    run: (context: Context) => number | Promise<number>,
    { stateful = false, pure = false }: { readonly stateful?: boolean; readonly pure?: boolean } = {},
  ): AnyNodeDefinition =>
    defineNode({
      type,
      data,
      stateful,
      pure,
      run: async (context: Context) => {
        const handler = { runId: context.run.id, nodeId: context.node.id, process, signal: context.signal };
        outside.handlers.add(handler);
        try {
          await process.step();
          return await run(context);
        } finally {
          outside.handlers.delete(handler);
        }
      },
    });
  return [
    define("sum", sum),
    define("pure", sum, { pure: true }),
    // Says that it is quick, and is not.
    define(
      "long",
      async (context) => {
        await sleep(context.data.ms, undefined, { signal: context.signal });
        return sum(context);
      },
      { pure: true },
    ),
    define("slow", async (context) => {
      await sleep(context.data.ms, undefined, { signal: context.signal });
      return sum(context);
    }),
    define("deaf", async (context) => {
      await sleep(context.data.ms);
      return sum(context);
    }),
    define("shaky", (context) => {
      if (context.attempt <= context.data.times) throw new Error(`attempt ${String(context.attempt)} fails`);
      return sum(context);
    }),
    define("hanging", async (context) => {
      if (context.attempt <= context.data.times) await sleep(60_000, undefined, { signal: context.signal });
      return sum(context);
    }),
    define("deadly", async (context) => {
      const key = `${context.run.id} ${context.node.id}`;
      const tries = (outside.tries.get(key) ?? 0) + 1;
      outside.tries.set(key, tries);
      if (tries <= context.data.times) process.crash();
      await process.step();
      return sum(context);
    }),
    define("broken", (context) => {
      if (!outside.mended.has(context.run.id)) throw new TerminalError("broken");
      return sum(context);
    }),
    define("tally", (context) => count("tally", context), { stateful: true }),
    define("sly", (context) => count("sly", context)),
  ];
}

/** Draws a run: a few levels of nodes of all kinds under options of all kinds, and what is done to it. */
export function drawRun(random: () => number): PlannedRun {
  const pick = (size: number): number => Math.floor(random() * size);
  const plot = (["run", "run", "pause", "cancel", "fail", "retry"] as const)[pick(6)] ?? "run";
  const kinds = [
    () => ({ type: "sum" }),
    () => ({ type: "pure" }),
    () => ({ type: "pure" }),
    () => ({ type: "long", data: { ms: pick(300) } }),
    () => ({ type: "slow", data: { ms: pick(300) } }),
    () => ({ type: "deaf", data: { ms: pick(300) } }),
    () => ({ type: "shaky", data: { times: pick(4) }, options: RETRIES }),
    () => ({ type: "hanging", data: { times: pick(3) }, options: { ...RETRIES, timeoutMs: 100 + pick(300) } }),
    () => ({ type: "deadly", data: { times: pick(3) } }),
    () => ({ type: "tally" }),
    () => ({ type: "tally" }),
    () => ({ type: "sly" }),
  ];
  // Some runs are pure from beginning to end, but for what is drawn into them below.
  const kindCount = pick(4) === 0 ? 0 : kinds.length;
  const levels = Array.from({ length: 1 + pick(5) }, () =>
    Array.from({ length: 1 + pick(6) }, () => {
      const kind = (kindCount === 0 ? undefined : kinds[pick(kindCount)])?.() ?? { type: "pure" };
      // Ids in no order, so that the order of ids is not that of the payload.
      return {
        ...kind,
        id: `n${random().toString(36).slice(2, 8)}`,
        data: { ...(kind as { data?: object }).data, add: 1 + pick(9) },
      };
    }),
  );
  if (plot === "fail" || plot === "retry") {
    levels[pick(levels.length)]?.push({ id: `broken${String(pick(100))}`, type: "broken", data: { add: 1 } });
  }
  const edges = levels.slice(1).flatMap((nodes, i) =>
    nodes.flatMap(({ id }) =>
      Array.from({ length: 1 + pick(2) }, () => {
        const sources = levels[i] ?? [];
        return { source: sources[pick(sources.length)]?.id, target: id };
      }),
    ),
  );
  const options = [{}, {}, { maxConcurrency: 1 + pick(3) }, { sequential: true }][pick(4)];
  const payload = { nodes: levels.flat(), edges, options };
  const workflow = parseWorkflow(payload);
  return { plot, payload, workflow, results: expectedResults(workflow) };
}

/** What each node of a run gives that goes well, worked out one node after another. */
function expectedResults(workflow: Workflow): ReadonlyMap<string, number> {
  const { levels, nodesById, sources } = planOf(workflow);
  const results = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const id of levels.flat()) {
    const node = nodesById.get(id);
    const add = Number(node?.data["add"]);
    const type = node?.type ?? "";
    if (isStateful(type)) {
      counts.set(type, (counts.get(type) ?? 0) + add);
      results.set(id, counts.get(type) ?? 0);
    } else {
      const inputs = (sources.get(id) ?? []).map((source) => results.get(source) ?? 0);
      results.set(
        id,
        inputs.reduce((total, value) => total + value, add),
      );
    }
  }
  return results;
}
