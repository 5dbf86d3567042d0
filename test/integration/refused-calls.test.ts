import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { Producer, type EnqueueOptions, type LevelflowError } from "../../src/index.ts";
import { newRunId } from "../../src/core/run/new-run-id.ts";
import { redisUrl, testPrefix } from "../support/redis.ts";
import { openTestClient, removeKeysOf } from "../support/test-client.ts";

const ONE_NODE = { nodes: [{ id: "a", type: "number", data: { value: 1 } }], edges: [] };
const CYCLE = {
  nodes: ["a", "b"].map((id) => ({ id, type: "parallel" })),
  edges: [
    { source: "a", target: "b" },
    { source: "b", target: "a" },
  ],
};

/** A payload, options, the code of the refusal, and what its message names. */
const REFUSED: readonly (readonly [what: string, payload: unknown, options: unknown, code: string, named: RegExp])[] = [
  ["no payload", undefined, {}, "INVALID_WORKFLOW", /payload/],
  ["a list", [], {}, "INVALID_WORKFLOW", /payload|object/],
  [
    "an edge to nowhere",
    { ...ONE_NODE, edges: [{ source: "a", target: "{levelflow:0}:run:1" }] },
    {},
    "INVALID_WORKFLOW",
    /run:1/,
  ],
  ["a cycle", CYCLE, {}, "INVALID_WORKFLOW", /a.*b/],
  ["two nodes of one id", { nodes: [...ONE_NODE.nodes, ...ONE_NODE.nodes], edges: [] }, {}, "INVALID_WORKFLOW", /"?a"?/],
  ["an id that is no text", { nodes: [{ id: 5, type: "number" }], edges: [] }, {}, "INVALID_WORKFLOW", /nodes.*0.*id/],
  [
    "attempts below one",
    { ...ONE_NODE, nodes: [{ ...ONE_NODE.nodes[0], options: { attempts: 0 } }] },
    {},
    "INVALID_WORKFLOW",
    /attempts/,
  ],
  ["a run id with a key in it", ONE_NODE, { runId: "0-x:{other}" }, "INVALID_SETTING", /runId/],
  ["an unknown option", ONE_NODE, { maxConcurency: 3 }, "INVALID_SETTING", /maxConcurency.*maxConcurrency/],
  ["a concurrency below zero", ONE_NODE, { maxConcurrency: -1 }, "INVALID_SETTING", /maxConcurrency/],
  ["an input that is not JSON", ONE_NODE, { input: { at: [1n] } }, "INVALID_WORKFLOW", /input.*\bat\b/],
];

describe("a call that is refused", () => {
  const prefix = testPrefix();
  let producer: Producer;
  let client: Redis;
  let before: string;
  beforeAll(async () => {
    producer = new Producer({ connection: redisUrl(), prefix });
    client = openTestClient(redisUrl());
    await producer.enqueue(ONE_NODE, { idempotencyKey: "known" });
    before = await dump();
  });
  afterAll(async () => {
    await producer.close();
    await removeKeysOf(client, prefix);
    client.disconnect();
  });

  /** All that is stored, key by key. */
  const dump = async (): Promise<string> => {
    const keys: string[] = [];
    for await (const batch of client.scanStream({ match: `*${prefix}*`, count: 1_000 })) keys.push(...(batch as string[]));
    const values = await Promise.all([...new Set(keys)].sort().map(async (key) => [key, await client.dumpBuffer(key)] as const));
    return JSON.stringify(values.map(([key, value]) => [key, value.toString("base64")]));
  };

  const refusal = async (call: Promise<unknown>): Promise<LevelflowError> =>
    call.then(
      () => expect.unreachable("the call was taken"),
      (error: unknown) => error as LevelflowError,
    );

  test.each(REFUSED)(
    "to enqueue %s names the place and leaves nothing in Redis",
    async (_what, payload, options, code, named) => {
      const error = await refusal(producer.enqueue(payload, options as EnqueueOptions));
      expect(error).toMatchObject({ code, retryable: false });
      expect(error.message).toMatch(named);
      expect(await dump()).toBe(before);
    },
  );

  test("to enqueue something else under a known key leaves nothing in Redis", async () => {
    const error = await refusal(producer.enqueue({ nodes: [], edges: [] }, { idempotencyKey: "known" }));
    expect(error).toMatchObject({ code: "IDEMPOTENCY_CONFLICT", retryable: false });
    expect(await dump()).toBe(before);
  });

  test.each(["cancel", "pause", "resume", "retry"] as const)(
    "to %s a run that is not there leaves nothing in Redis",
    async (name) => {
      for (const id of [newRunId(), "{levelflow:0}:workers", "../x", ""]) {
        expect(await refusal(producer.run(id)[name]())).toMatchObject({ code: "RUN_NOT_FOUND", retryable: false });
        expect(await dump()).toBe(before);
      }
    },
  );
});
