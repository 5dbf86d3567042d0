import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { defineNode, TerminalError, type AnyNodeDefinition, type JsonValue, type NodeContext } from "../../src/index.ts";
import type { Effects } from "./traces.ts";

/** Types that leave traces: all of ours, none of the built-in ones. */
export const TRACED_TYPES = new Set(["sum", "nap", "deaf", "shaky", "hanging", "broken", "sly", "tally", "block"]);

const data = z.object({ add: z.number(), ms: z.number().default(0), times: z.number().default(0) });
type Context = NodeContext<z.output<typeof data>>;

/** A result as a number: built-in stateful types wrap theirs. */
export function numberOf(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : Number((value as { value?: JsonValue } | undefined)?.value);
}

/** The node types of a worker. Each answers the sum of its inputs and what it adds, after its own kind of trouble. */
export function createChaosNodes(effects: Effects): readonly AnyNodeDefinition[] {
  const sum = ({ data: { add }, inputs }: Context): number =>
    inputs.reduce<number>((total, value) => total + numberOf(value), add);
  const define = (type: string, run: (context: Context) => number | Promise<number>, stateful = false): AnyNodeDefinition =>
    defineNode({
      type,
      data,
      stateful,
      run: async (context: Context) => {
        await effects.leave("began", context);
        try {
          const result = await run(context);
          await effects.leave("ended", context);
          return result;
        } catch (error) {
          await effects.leave("threw", context);
          throw error;
        }
      },
    });
  return [
    define("sum", sum),
    // Leaves no traces: it may be run ahead of its claim, and once more with one.
    defineNode({ type: "pure", data, pure: true, run: sum }),
    define("nap", async (context) => {
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
    define("broken", async (context) => {
      if (!(await effects.isMended(context.run.id))) throw new TerminalError("broken");
      return sum(context);
    }),
    define("sly", async ({ data: { add }, state }) => {
      const total = Number((await state.get("sly")) ?? 0) + add;
      state.set("sly", total);
      return total;
    }),
    // Counts the nodes of its type in its run, and adds the count to its sum.
    define(
      "tally",
      async (context) => {
        const count = Number((await context.state.get("tally")) ?? 0) + 1;
        context.state.set("tally", count);
        return sum(context) + count;
      },
      true,
    ),
    // Computes, and lets nothing else of its process happen; once, for each process would lose its lane in turn.
    define("block", async (context) => {
      if ((await effects.countOf(context.run.id, context.node.id)) > 0) return sum(context);
      for (const end = performance.now() + context.data.ms; performance.now() < end;);
      return sum(context);
    }),
  ];
}
