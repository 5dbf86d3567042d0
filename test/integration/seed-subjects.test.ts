import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planLevels, parseWorkflow, runLocal, type RunLocalOptions, type RunResult } from "../../src/index.ts";
import { createCustomNodes, readMostRunning, readTrace } from "../support/custom-nodes.ts";
import { startEngine, type TestEngine } from "../support/engine.ts";
import type { Payload, PayloadNode } from "../support/payloads.ts";
import { redisUrl, testPrefix } from "../support/redis.ts";
import { openTestClient, removeKeysOf } from "../support/test-client.ts";
import type { Redis } from "ioredis";

type Options = Pick<RunLocalOptions, "maxConcurrency" | "sequential" | "timeoutMs">;

/** Where a subject is run, and where its handlers leave their traces. */
interface Place {
  readonly run: (payload: Payload, options?: Options) => Promise<RunResult>;
  readonly redis: Redis;
  readonly prefix: string;
  readonly close: () => Promise<void>;
}

/** Everything in this process; only the traces of handlers go to Redis. */
async function openLocal(): Promise<Place> {
  const prefix = testPrefix();
  const redis = openTestClient(redisUrl());
  const custom = createCustomNodes({ redisUrl: redisUrl(), prefix });
  return {
    run: (payload, options = {}) => runLocal(payload, { ...options, nodes: custom.nodes, settings: { abortGraceMs: 200 } }),
    redis,
    prefix,
    close: async () => {
      custom.close();
      await removeKeysOf(redis, prefix);
      redis.disconnect();
    },
  };
}

async function openDurable(): Promise<Place> {
  const engine: TestEngine = await startEngine({ settings: { abortGraceMs: 200 } });
  return {
    run: async (payload, options = {}) => (await engine.producer.enqueue(payload, options)).result(),
    redis: engine.redis,
    prefix: engine.prefix,
    close: () => engine.stop(),
  };
}

const number = (id: string, value: number): PayloadNode => ({ id, type: "number", data: { value } });
const operation = (id: string, op: string): PayloadNode => ({ id, type: "operation", data: { op } });
const text = (id: string, value: string): PayloadNode => ({ id, type: "text_input", data: { text: value } });
const textOperation = (id: string, data: object): PayloadNode => ({ id, type: "text_operation", data });
/** `"a>b"` is an edge from a to b. */
const graph = (nodes: readonly PayloadNode[], ...edges: string[]): Payload => ({
  nodes,
  edges: edges.map((edge) => {
    const [source = "", target = ""] = edge.split(">");
    return { source, target };
  }),
});
const counted = (count: number): PayloadNode[] =>
  Array.from({ length: count }, (_, i) => ({ id: `c${i}`, type: "counted", data: { ms: 30 } }));

/** Two sources, three branches over them, and a last node that brings them together. */
const COMPLEX = graph(
  [
    number("n1", 10),
    number("n2", 5),
    operation("sum", "add"),
    operation("difference", "subtract"),
    operation("product", "multiply"),
    operation("total", "add"),
  ],
  "n1>sum",
  "n2>sum",
  "n1>difference",
  "n2>difference",
  "n1>product",
  "n2>product",
  "sum>total",
  "difference>total",
);

function completed(result: RunResult): Record<string, unknown> {
  expect(result.errors).toEqual([]);
  expect(result.status).toBe("completed");
  return { ...result.nodeResults };
}

describe.each([
  ["in this process", openLocal],
  ["through Redis", openDurable],
])("the subjects of the seed %s", (_where, open) => {
  let place: Place;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(() => place.close());

  test("levels", async () => {
    const payload = graph(
      [number("a", 1), number("b", 2), operation("c", "add"), { id: "d", type: "visualization", data: { mode: "text" } }],
      "a>c",
      "b>c",
      "c>d",
    );
    const result = await place.run(payload);
    expect(result.status).toBe("completed");
    expect(result.levels).toEqual([["a", "b"], ["c"], ["d"]]);
    expect(planLevels(parseWorkflow(payload))).toEqual(result.levels);
  });

  test("simple", async () => {
    const result = await place.run(graph([number("a", 10), number("b", 5), operation("c", "add")], "a>c", "b>c"));
    expect(completed(result)).toEqual({ a: 10, b: 5, c: 15 });
    expect(result.finalOutput).toBe(15);
  });

  test("multiple branches", async () => {
    const nodes = [
      number("a", 2),
      number("b", 3),
      number("c", 4),
      number("d", 5),
      operation("ab", "add"),
      operation("cd", "multiply"),
      operation("end", "add"),
    ];
    const result = await place.run(graph(nodes, "a>ab", "b>ab", "c>cd", "d>cd", "ab>end", "cd>end"));
    expect(completed(result)).toMatchObject({ ab: 5, cd: 20, end: 25 });
    expect(result.levels).toEqual([["a", "b", "c", "d"], ["ab", "cd"], ["end"]]);
  });

  test("diamond", async () => {
    const nodes = [
      text("top", "Hello"),
      textOperation("left", { text_op: "uppercase" }),
      textOperation("right", { text_op: "lowercase" }),
    ];
    const bottom = textOperation("bottom", { text_op: "concat", separator: "/" });
    const result = await place.run(graph([...nodes, bottom], "top>left", "top>right", "left>bottom", "right>bottom"));
    expect(completed(result)).toEqual({ top: "Hello", left: "HELLO", right: "hello", bottom: "HELLO/hello" });
  });

  test("concurrency limit", async () => {
    const result = await place.run(graph(counted(12)), { maxConcurrency: 2 });
    completed(result);
    expect(await readMostRunning(place.redis, place.prefix, result.runId)).toBe(2);
  });

  test("text operations", async () => {
    const nodes = [
      text("t", "Level Flow"),
      textOperation("up", { text_op: "uppercase" }),
      textOperation("twice", { text_op: "repeat", repeat_n: 2 }),
    ];
    const result = await place.run(graph(nodes, "t>up", "up>twice"));
    expect(completed(result)).toEqual({ t: "Level Flow", up: "LEVEL FLOW", twice: "LEVEL FLOWLEVEL FLOW" });
  });

  test("complex workflow", async () => {
    const result = await place.run(COMPLEX);
    expect(completed(result)).toEqual({ n1: 10, n2: 5, sum: 15, difference: 5, product: 50, total: 20 });
    // Two terminal nodes: the smaller id gives the output.
    expect(result.finalOutput).toBe(50);
  });

  test("disabled (sequential)", async () => {
    const naps = ["e", "d", "c", "b", "a"].map((id) => ({ id, type: "nap", data: { ms: 2 } }));
    const result = await place.run(graph(naps, "a>e"), { sequential: true });
    completed(result);
    const trace = await readTrace(place.redis, place.prefix, result.runId);
    const wanted = ["a", "b", "c", "d", "e"].flatMap((id) => [`began ${id}`, `ended ${id}`]);
    expect(trace.map(({ what, node }) => `${what} ${node}`)).toEqual(wanted);
    expect(completed(await place.run(COMPLEX, { sequential: true }))).toEqual(completed(await place.run(COMPLEX)));
  });

  test("variables", async () => {
    const nodes = [
      number("source", 42),
      { id: "store", type: "variable", data: { var_name: "answer", var_op: "set" } },
      { id: "read", type: "variable", data: { var_name: "answer", var_op: "get" } },
    ];
    const result = await place.run(graph(nodes, "source>store", "store>read"));
    const results = completed(result);
    expect(results["read"]).toMatchObject({ value: 42 });
  });

  test("single node", async () => {
    const result = await place.run(graph([number("only", 7)]));
    expect(completed(result)).toEqual({ only: 7 });
    expect([result.levels, result.finalOutput]).toEqual([[["only"]], 7]);
  });

  test("error handling", async () => {
    const nodes = [number("a", 1), number("zero", 0), operation("broken", "divide"), operation("after", "add")];
    const result = await place.run(graph(nodes, "a>broken", "zero>broken", "broken>after", "a>after"));
    expect(result.status).toBe("failed");
    expect(result.errors).toMatchObject([{ code: "NODE_FAILED", nodeId: "broken" }]);
    expect(result.errors[0]?.message).toMatch(/^error executing node broken: /);
    expect(result.nodes["after"]?.status).toBe("skipped");
    expect(result.finalOutput).toBeNull();
  });

  test("timeout", async () => {
    const result = await place.run(graph([{ id: "slow", type: "nap", data: { ms: 60_000 } }]), { timeoutMs: 100 });
    expect(result.status).toBe("failed");
    expect(result.errors).toMatchObject([{ code: "RUN_TIMEOUT" }]);
    expect(result.nodes["slow"]?.status).toBe("cancelled");
  });

  test("deterministic", async () => {
    const shuffled = { ...COMPLEX, nodes: [...COMPLEX.nodes].reverse() };
    const first = await place.run(COMPLEX);
    const others = await Promise.all([
      ...Array.from({ length: 10 }, () => place.run(COMPLEX)),
      place.run(shuffled),
      place.run(COMPLEX, { maxConcurrency: 1 }),
      place.run(COMPLEX, { sequential: true }),
    ]);
    for (const other of others) {
      expect(completed(other)).toEqual(completed(first));
      expect(other.levels).toEqual(first.levels);
      expect(other.finalOutput).toBe(first.finalOutput);
    }
  });
});
