import { z } from "zod";
import { expect, test } from "vitest";
import { defineNode } from "../../src/index.ts";
import { openEngine } from "../support/engine.ts";
import { flat } from "../support/payloads.ts";
import { until } from "../support/until.ts";

test(
  "a node whose lane another process was given is told to stop, and is run again by whoever has the lane",
  { timeout: 60_000 },
  async () => {
    const begun: number[] = [];
    const reasons: unknown[] = [];
    const beguns: number[] = [];
    const waiting = defineNode({
      type: "waiting",
      data: z.unknown(),
      run: ({ signal }) => {
        begun.push(performance.now());
        if (begun.length > 1) return "again";
        return new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            reasons.push(signal.reason);
            beguns.push(begun.length);
            reject(signal.reason as Error);
          });
        });
      },
    });
    const { producer, prefix, redis } = await openEngine({ workers: 1, nodes: [waiting] });
    const run = await producer.enqueue(flat([{ id: "a", type: "waiting" }]));
    await until("the node has begun", () => begun.length === 1, 10_000);
    const [lock = ""] = await redis.keys(`{${prefix}:0}:lanes-default:*:lock`);
    // As when it expired while the process was silent, and somebody else took the job: for so long.
    await redis.set(lock, "another process", "PX", 4_000);
    await until("the node is told", () => reasons.length > 0, 15_000);
    expect(reasons).toEqual([expect.objectContaining({ kind: "claim-lost" })]);
    // By its own lock, not by what another has made of the node by then.
    expect(beguns).toEqual([1]);
    const { status, nodeResults, nodes } = await run.result({ timeoutMs: 40_000 });
    expect({ status, result: nodeResults["a"], attempts: nodes["a"]?.attempts }).toEqual({
      status: "completed",
      result: "again",
      attempts: 1,
    });
    expect(begun).toHaveLength(2);
  },
);
