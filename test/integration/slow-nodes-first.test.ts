import { expect, test } from "vitest";
import { z } from "zod";
import { defineNode, type AnyNodeDefinition } from "../../src/index.ts";
import { StoreKeys } from "../../src/store/redis/keys.ts";
import { openEngine } from "../support/engine.ts";
import { flat, ids } from "../support/payloads.ts";
import { allEvents } from "../support/run-events.ts";

const TYPES = ["unheard-of", "quick", "slow", "slower"];
const nodes: readonly AnyNodeDefinition[] = TYPES.map((type) => defineNode({ type, data: z.unknown(), run: async () => null }));
/** What is to be known of them, in ms. */
const TIMES = { quick: 1, slow: 5_000, slower: 50_000 };

async function startOrder(options: object): Promise<readonly string[]> {
  const { producer, redis, prefix } = await openEngine({ nodes });
  await redis.hset(new StoreKeys(prefix).handlerTimes, TIMES);
  const level = ids(8).map((id, i) => ({ id, type: TYPES[3 - (i % 4)] as string }));
  const run = await producer.enqueue(flat(level, options));
  expect((await run.result()).status).toBe("completed");
  const started = (await allEvents(run)).filter(({ type }) => type === "node-started").map(({ nodeId }) => nodeId);
  return started.map((id) => level.find((node) => node.id === id)?.type ?? "");
}

test("a level that waits for places starts with nodes of unknown types, then with the slowest", async () => {
  const wanted = ["unheard-of", "slower", "slow", "quick"].flatMap((type) => [type, type]);
  expect(await startOrder({ maxConcurrency: 1 })).toEqual(wanted);
});

test("a sequential run keeps to the order of ids", async () => {
  expect(await startOrder({ sequential: true })).toEqual([...TYPES.toReversed(), ...TYPES.toReversed()]);
});
