import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineNode, runLocal } from "../../../src/index.ts";

const numbers = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `n-${String(i)}`, type: "number", data: { value: i } }));

/** Each node behind the one before it. */
const chained = (nodes: readonly { readonly id: string }[]) =>
  nodes.slice(1).map(({ id: target }, i) => ({ source: nodes[i]?.id ?? "", target }));

describe("runLocal with nodes that wait for nothing", () => {
  test.each([
    ["a wide level", numbers(20_000), []],
    ["a chain", numbers(3_000), chained(numbers(3_000))],
  ])("lets timers and signals through while it runs %s", async (_what, nodes, edges) => {
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), 0);
    const result = await runLocal({ nodes, edges }, { signal: stopping.signal });
    expect(result.status).toBe("cancelled");
  });

  test("lets timers through between runs, however many follow one another", async () => {
    const run = () => runLocal({ nodes: numbers(2), edges: chained(numbers(2)) });
    // The first ones are slow: they take a turn each.
    for (let count = 0; count < 1_000; count += 1) await run();
    let turnCount = 0;
    const timer = setInterval(() => (turnCount += 1), 1);
    for (let count = 0; count < 1_000; count += 1) await run();
    clearInterval(timer);
    expect(turnCount).toBeGreaterThan(0);
  });

  test("runs many workflows at a time, each with a result of its own", async () => {
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, value) => runLocal({ nodes: [{ id: "a", type: "number", data: { value } }] })),
    );
    expect(results.map(({ finalOutput }) => finalOutput)).toEqual(Array.from({ length: 50 }, (_, value) => value));
    expect(new Set(results.map(({ runId }) => runId)).size).toBe(50);
  });
});

describe("calls of runLocal", () => {
  const own = (output: string) => defineNode({ type: "own", data: z.object({}), run: () => output });
  const payload = { nodes: [{ id: "a", type: "own" }] };

  test("do not know each other's node types", async () => {
    expect((await runLocal(payload, { nodes: [own("first")] })).finalOutput).toBe("first");
    expect((await runLocal(payload, { nodes: [own("second")] })).finalOutput).toBe("second");
    expect((await runLocal(payload)).errors[0]?.code).toBe("UNKNOWN_NODE_TYPE");
  });

  test("do not know each other's settings", async () => {
    const wide = { nodes: numbers(3) };
    await expect(runLocal(wide, { settings: { maxNodes: 2 } })).rejects.toThrow("more than maxNodes allows (2)");
    expect((await runLocal(wide)).status).toBe("completed");
  });
});

describe("a listener of runLocal", () => {
  const waiting = defineNode({
    type: "waiting",
    data: z.any(),
    run: ({ signal }) => new Promise<null>((resolve) => signal.addEventListener("abort", () => resolve(null))),
  });
  const payload = { nodes: [{ id: "a", type: "waiting" }], edges: [] };

  test.each([
    [
      "throws",
      (): never => {
        throw new Error("enough");
      },
    ],
    ["rejects", () => Promise.reject(new Error("enough"))],
  ])("that %s cancels the run, and that is the call's error", async (_what, onEvent) => {
    await expect(runLocal(payload, { nodes: [waiting], onEvent })).rejects.toThrow("enough");
  });

  test("is told while the run goes on, and of one event at a time", async () => {
    const stopping = new AbortController();
    const told: string[] = [];
    const onEvent = async ({ type }: { readonly type: string }) => {
      told.push(`${type} …`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      told.push(type);
      if (type === "node-started") stopping.abort();
    };
    const { status } = await runLocal(payload, { nodes: [waiting], onEvent, signal: stopping.signal });
    expect(status).toBe("cancelled");
    expect(told.filter((text) => !text.endsWith("…")).map((text) => `${text} …`)).toEqual(
      told.filter((text) => text.endsWith("…")),
    );
    expect(told.indexOf("node-started")).toBe(told.indexOf("node-started …") + 1);
    expect(told.at(-1)).toBe("finished");
  });
});
