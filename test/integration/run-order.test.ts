import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { defineNode, Worker } from "../../src/index.ts";
import type { RunOrder } from "../../src/core/run/run-order.ts";
import { StoreKeys } from "../../src/store/redis/keys.ts";
import { openEngine } from "../support/engine.ts";
import { flat, layers } from "../support/payloads.ts";
import { redisUrl } from "../support/redis.ts";

/** How long nodes are known to take, in ms. */
const TIMES = { slow: 5_000, slower: 11_000 };

/** The order in which a worker with one place begins runs that were all there before it. */
async function beginOrder(runOrder: RunOrder): Promise<readonly string[]> {
  const settings = { runOrder };
  const { producer, redis, prefix } = await openEngine({ workers: 0, settings });
  await redis.hset(new StoreKeys(prefix).handlerTimes, TIMES);
  const begun = new Set<string>();
  const nodes = Object.keys(TIMES).map((type) =>
    defineNode({ type, data: z.unknown(), run: ({ input }) => begun.add(input as string).size }),
  );
  const slow = { id: "a", type: "slow", data: {} };
  const payloads = {
    "one node": flat([slow]),
    urgent: flat([{ ...slow, options: { priority: 1 } }]),
    "three levels": layers({ levels: 3, width: 1, type: "slow", data: {} }),
    "a slower node": flat([{ ...slow, type: "slower" }]),
  };
  const runs = [];
  for (const [input, payload] of Object.entries(payloads)) runs.push(await producer.enqueue(payload, { input }));
  const worker = new Worker({ connection: redisUrl(), prefix, settings, nodes, concurrency: 1 });
  onTestFinished(() => worker.stop());
  await worker.start();
  for (const run of runs) expect((await run.result()).status).toBe("completed");
  return [...begun];
}

test("the run with the longest path before it is begun first, if that is asked for", async () => {
  expect(await beginOrder("longest-path")).toEqual(["three levels", "a slower node", "one node", "urgent"]);
});

test("else the one that came first; what has a priority of its own comes behind in both", async () => {
  expect(await beginOrder("first-come")).toEqual(["one node", "three levels", "a slower node", "urgent"]);
});
