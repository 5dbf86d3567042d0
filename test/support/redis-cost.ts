import type { Redis } from "ioredis";
import type { TestEngine } from "./engine.ts";

/** What Redis did for something, on average. */
export interface RedisCost {
  /** Commands that it executed, those inside scripts included. */
  readonly commands: number;
  /** Bytes that went over its connections, both ways together. */
  readonly bytes: number;
}

const RUN_COUNT = 8;

/** What one run of a workflow costs, from its enqueueing until its result is there. What is done once for all runs is not counted. */
export async function costOfRun({ producer, redis }: TestEngine, payload: unknown): Promise<RedisCost> {
  const runOnce = async (): Promise<void> => {
    const result = await (await producer.enqueue(payload)).result();
    if (result.status !== "completed") throw new Error(`a run ended ${result.status}`);
  };
  for (let i = 0; i < RUN_COUNT; i += 1) await runOnce();
  const before = await readTotals(redis);
  for (let i = 0; i < RUN_COUNT; i += 1) await runOnce();
  const after = await readTotals(redis);
  return { commands: (after.commands - before.commands) / RUN_COUNT, bytes: (after.bytes - before.bytes) / RUN_COUNT };
}

/** What each of so many more things of one kind costs. */
export function costOfMore(less: RedisCost, more: RedisCost, count: number): RedisCost {
  return { commands: (more.commands - less.commands) / count, bytes: (more.bytes - less.bytes) / count };
}

/** Commands of clients that wait or watch depend on how long a run takes, not on what it does. */
const IDLE_COMMANDS = new Set(["info", "ping", "time", "bzpopmin", "zrangebyscore"]);

async function readTotals(redis: Redis): Promise<RedisCost> {
  const [stats, totals] = [await redis.info("commandstats"), await redis.info("stats")];
  let commands = 0;
  for (const [, name = "", calls] of stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
    if (!IDLE_COMMANDS.has(name)) commands += Number(calls);
  }
  const bytes = [...totals.matchAll(/^total_net_(?:input|output)_bytes:(\d+)/gm)];
  return { commands, bytes: bytes.reduce((sum, [, count]) => sum + Number(count), 0) };
}
