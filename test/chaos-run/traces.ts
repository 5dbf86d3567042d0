import type { Redis } from "ioredis";
import type { NodeContext } from "../../src/index.ts";
import { openTestClient } from "../support/test-client.ts";

/** What one handler did, in the order and by the clock of a Redis that no fault reaches. */
export interface Trace {
  /** ms, by the clock of this machine. */
  readonly at: number;
  readonly what: "began" | "ended" | "threw";
  readonly runId: string;
  readonly nodeId: string;
  readonly epoch: number;
  readonly attempt: number;
  /** The process, as the supervisor names it. */
  readonly by: string;
  readonly pid: number;
  readonly idempotencyKey: string;
}

const STREAM = "traces";
const PAGE = 5_000;

/** The side of a role process: leaves traces, and asks for what handlers share with the outside of their run. */
export class Effects {
  readonly #redis: Redis;
  readonly #by: string;

  constructor(redisUrl: string, by: string) {
    this.#redis = openTestClient(redisUrl);
    this.#by = by;
  }

  async leave(what: Trace["what"], { run, node, attempt, idempotencyKey }: NodeContext): Promise<void> {
    const trace: Omit<Trace, "at"> = {
      what,
      runId: run.id,
      nodeId: node.id,
      epoch: run.epoch,
      attempt,
      by: this.#by,
      pid: process.pid,
      idempotencyKey,
    };
    await this.#redis.xadd(STREAM, "*", "trace", JSON.stringify(trace));
  }

  /** How often this was asked for a node before, over all processes. */
  async countOf(runId: string, nodeId: string): Promise<number> {
    return (await this.#redis.incr(`count:${runId}:${nodeId}`)) - 1;
  }

  /** How many traces there are, of all processes. */
  async traceCount(): Promise<number> {
    return this.#redis.xlen(STREAM);
  }

  async isMended(runId: string): Promise<boolean> {
    return (await this.#redis.exists(`mended:${runId}`)) === 1;
  }

  /** Lets the broken nodes of a run work from now on. */
  async mend(runId: string): Promise<void> {
    await this.#redis.set(`mended:${runId}`, "1");
  }

  close(): void {
    this.#redis.disconnect();
  }
}

/** All traces so far, by run, each in the order in which they were left. */
export async function readTraces(redisUrl: string): Promise<Map<string, Trace[]>> {
  const redis = openTestClient(redisUrl);
  const traces = new Map<string, Trace[]>();
  for (let from = "-"; ;) {
    const page = await redis.xrange(STREAM, from, "+", "COUNT", PAGE);
    for (const [id, fields] of page) {
      const trace = { ...(JSON.parse(fields[1] ?? "{}") as Omit<Trace, "at">), at: Number(id.split("-")[0]) };
      const own = traces.get(trace.runId);
      if (own === undefined) traces.set(trace.runId, [trace]);
      else own.push(trace);
      from = `(${id}`;
    }
    if (page.length < PAGE) break;
  }
  redis.disconnect();
  return traces;
}
