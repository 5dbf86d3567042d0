import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { z } from "zod";
import { defineNode, RetryableError, TerminalError, type AnyNodeDefinition, type NodeContext } from "../../src/index.ts";
import { openTestClient } from "./test-client.ts";

export interface CustomNodeOptions {
  /** Where effects are written, so that a test can look at them over all processes. */
  readonly redisUrl: string;
  /** First part of the keys that effects are written under. */
  readonly prefix: string;
}

/** One effect of a handler, as {@link readTrace} gives it. */
export interface TraceEntry {
  readonly what: "began" | "ended" | "aborted";
  readonly node: string;
  readonly attempt: number;
  readonly pid: number;
  readonly idempotencyKey: string;
  /** Redis' clock, in ms. */
  readonly at: number;
}

function traceKey(prefix: string, runId: string): string {
  return `${prefix}:trace:${runId}`;
}

function gateKey(prefix: string, runId: string): string {
  return `${prefix}:gate:${runId}`;
}

function mostRunningKey(prefix: string, runId: string): string {
  return `${prefix}:most-running:${runId}`;
}

const TRACE = `local t = redis.call('TIME')
return redis.call('RPUSH', KEYS[1], string.format('%.0f', t[1] * 1000 + t[2] / 1000) .. ' ' .. ARGV[1])`;
const ENTER = `local n = redis.call('INCR', KEYS[1])
if n > tonumber(redis.call('GET', KEYS[2]) or '0') then redis.call('SET', KEYS[2], n) end
return n`;

/** The node types that tests of several processes use. */
export function createCustomNodes({ redisUrl, prefix }: CustomNodeOptions): { nodes: AnyNodeDefinition[]; close: () => void } {
  const redis = openTestClient(redisUrl);
  const trace = async (
    what: TraceEntry["what"],
    { run, node, attempt, idempotencyKey }: Pick<NodeContext, "run" | "node" | "attempt" | "idempotencyKey">,
  ): Promise<void> => {
    const entry = JSON.stringify({ what, node: node.id, attempt, pid: process.pid, idempotencyKey });
    await redis.eval(TRACE, 1, traceKey(prefix, run.id), entry);
  };

  /** Waits for `ms`, and stops when it is told to. */
  const nap = defineNode({
    type: "nap",
    data: z.object({ ms: z.number() }),
    run: async (context) => {
      await trace("began", context);
      try {
        await sleep(context.data.ms, undefined, { signal: context.signal });
      } catch (error) {
        await trace("aborted", context);
        throw error;
      }
      await trace("ended", context);
      return context.node.id;
    },
  });

  /** Waits for `ms`, whatever it is told. */
  const stubborn = defineNode({
    type: "stubborn",
    data: z.object({ ms: z.number() }),
    run: async (context) => {
      await trace("began", context);
      await sleep(context.data.ms);
      await trace("ended", context);
      return context.node.id;
    },
  });

  /** Fails its first `times` attempts; for good with `terminal`. With `untilBegan`, only once so many handlers have begun. */
  const fail = defineNode({
    type: "fail",
    data: z.object({
      times: z.number().default(Infinity),
      terminal: z.boolean().default(false),
      retryAfterMs: z.number().optional(),
      untilBegan: z.number().default(0),
    }),
    run: async (context) => {
      const { times, terminal, retryAfterMs, untilBegan } = context.data;
      while ((await redis.llen(traceKey(prefix, context.run.id))) < untilBegan)
        await sleep(5, undefined, { signal: context.signal });
      await trace("began", context);
      if (context.attempt > times) return context.attempt;
      if (terminal) throw new TerminalError("broken for good");
      if (retryAfterMs !== undefined) throw new RetryableError("come back later", { retryAfterMs });
      throw new Error(`broken on attempt ${context.attempt}`);
    },
  });

  /** Fails while the gate of its run is closed. */
  const gated = defineNode({
    type: "gated",
    data: z.object({}),
    run: async (context) => {
      await trace("began", context);
      if ((await redis.exists(gateKey(prefix, context.run.id))) === 0) throw new Error("the gate is closed");
      return context.node.id;
    },
  });

  /** Counts in Redis how many run at a time, and stays until `ms` are over. */
  const counted = defineNode({
    type: "counted",
    data: z.object({ ms: z.number().default(20) }),
    run: async ({ data, signal, run }) => {
      const running = `${prefix}:running:${run.id}`;
      await redis.eval(ENTER, 2, running, mostRunningKey(prefix, run.id));
      await sleep(data.ms, undefined, { signal }).finally(() => redis.decr(running));
      return null;
    },
  });

  /** Leaves a trace, takes a moment, and answers the sum of its inputs and 1. */
  const sum = defineNode({
    type: "sum",
    data: z.object({ ms: z.number().default(0) }),
    inputs: z.array(z.number()),
    run: async (context) => {
      await trace("began", context);
      if (context.data.ms > 0) await sleep(context.data.ms, undefined, { signal: context.signal });
      return context.inputs.reduce((total, value) => total + value, 1);
    },
  });

  /** Answers the sum of its inputs and 1, and leaves no trace. */
  const pure = defineNode({
    type: "pure",
    data: z.object({}),
    inputs: z.array(z.number()),
    pure: true,
    run: ({ inputs }) => inputs.reduce((total, value) => total + value, 1),
  });

  /** Appends its id to a list in shared state without saying that it is stateful. */
  const appended = defineNode({
    type: "appended",
    data: z.object({}),
    run: async ({ state, node }) => {
      const list = ((await state.get("list")) ?? []) as string[];
      state.set("list", [...list, node.id]);
      return list.length;
    },
  });

  /** Ends its own process at once, in the first `times` claims that any process makes of it. */
  const deadly = defineNode({
    type: "deadly",
    data: z.object({ times: z.number().default(Infinity) }),
    run: async (context) => {
      await trace("began", context);
      if ((await redis.incr(`${prefix}:deaths:${context.run.id}:${context.node.id}`)) > context.data.times)
        return context.attempt;
      process.kill(process.pid, "SIGKILL");
      return null;
    },
  });

  /** The same of a type that is run ahead of its claim once it is known to be quick. Counts where the process cannot lose it. */
  const deadlyPure = defineNode({
    type: "deadly-pure",
    data: z.object({}),
    pure: true,
    run: async (context) => {
      await trace("began", context);
      process.kill(process.pid, "SIGKILL");
      return null;
    },
  });

  const nodes = [nap, stubborn, fail, gated, counted, sum, pure, appended, deadly, deadlyPure] as unknown as AnyNodeDefinition[];
  return { nodes, close: () => redis.disconnect() };
}

/** What a run's handlers left behind, in the order of Redis. */
export async function readTrace(redis: Redis, prefix: string, runId: string): Promise<TraceEntry[]> {
  const lines = await redis.lrange(traceKey(prefix, runId), 0, -1);
  return lines.map((line) => {
    const space = line.indexOf(" ");
    return { ...(JSON.parse(line.slice(space + 1)) as Omit<TraceEntry, "at">), at: Number(line.slice(0, space)) };
  });
}

/** The most `counted` handlers of a run that ran at one time, over all processes. */
export async function readMostRunning(redis: Redis, prefix: string, runId: string): Promise<number> {
  return Number(await redis.get(mostRunningKey(prefix, runId)));
}

/** Lets the `gated` handlers of a run succeed from now on. */
export async function openGate(redis: Redis, prefix: string, runId: string): Promise<void> {
  await redis.set(gateKey(prefix, runId), "open");
}
