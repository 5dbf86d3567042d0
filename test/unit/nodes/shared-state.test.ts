import { describe, expect, test } from "vitest";
import { accumulatorNode } from "../../../src/nodes/accumulator-node.ts";
import { cacheNode } from "../../../src/nodes/cache-node.ts";
import { contextConstantNode } from "../../../src/nodes/context/context-nodes.ts";
import { counterNode } from "../../../src/nodes/counter-node.ts";
import { textInputNode } from "../../../src/nodes/text-input-node.ts";
import { MemoryState } from "./memory-state.ts";
import { runNode } from "./run-node.ts";

describe("cache", () => {
  const at = (timeMs: number) => {
    const clock = { timeMs };
    return { clock, state: new MemoryState(() => clock.timeMs) };
  };
  const set = (state: MemoryState, ttl?: string) =>
    runNode(cacheNode, { state, inputs: [3], data: { cache_op: "set", cache_key: "k", ...(ttl === undefined ? {} : { ttl }) } });
  const get = (state: MemoryState) => runNode(cacheNode, { state, data: { cache_op: "get", cache_key: "k" } });
  const remove = (state: MemoryState) => runNode(cacheNode, { state, data: { cache_op: "delete", cache_key: "k" } });

  test("keeps an entry for five minutes by default", async () => {
    const { clock, state } = at(0);
    expect(await set(state)).toEqual({ operation: "set", key: "k", value: 3, ttl: null });
    clock.timeMs = 299_999;
    expect(await get(state)).toEqual({ operation: "get", key: "k", found: true, value: 3 });
    clock.timeMs = 300_000;
    expect(await get(state)).toEqual({ operation: "get", key: "k", found: false, expired: true, value: null });
    expect(await get(state)).toEqual({ operation: "get", key: "k", found: false, value: null });
  });

  test.each(["0", "-1s"])("takes a lifetime of %s as over at once", async (ttl) => {
    const { state } = at(0);
    await set(state, ttl);
    expect(await get(state)).toMatchObject({ expired: true });
  });

  test("honours lifetimes below a millisecond", async () => {
    const { clock, state } = at(0);
    await set(state, "1500us");
    clock.timeMs = 1.4;
    expect(await get(state)).toMatchObject({ found: true });
    clock.timeMs = 1.5;
    expect(await get(state)).toMatchObject({ expired: true });
  });

  test("deletes an entry whose lifetime is over like any other, once", async () => {
    const { state } = at(0);
    await set(state, "0");
    expect(await remove(state)).toMatchObject({ deleted: true });
    expect(await remove(state)).toMatchObject({ deleted: false });
  });
});

describe("accumulator", () => {
  test("does not change an earlier result", async () => {
    const state = new MemoryState();
    const gather = (input: number) => runNode(accumulatorNode, { state, data: { accum_op: "array" }, inputs: [input] });
    const first = await gather(1);
    await gather(2);
    expect(first).toEqual({ operation: "array", value: [1] });
    expect(await gather(3)).toEqual({ operation: "array", value: [1, 2, 3] });
  });

  test("takes its initial value from the first node, also if that adds nothing", async () => {
    const state = new MemoryState();
    await runNode(accumulatorNode, { state, data: { accum_op: "sum", initial_value: 10 } });
    const second = await runNode(accumulatorNode, { state, data: { accum_op: "sum", initial_value: 99 }, inputs: [5] });
    expect(second).toEqual({ operation: "sum", value: 15 });
  });

  test.each([
    ["concat", "a string"],
    ["array", "an array"],
  ])("tells %s that it holds another kind", async (accum_op, kind) => {
    const state = new MemoryState();
    await runNode(accumulatorNode, { state, data: { accum_op: "sum" }, inputs: [1] });
    await expect(runNode(accumulatorNode, { state, data: { accum_op }, inputs: [1] })).rejects.toThrow(
      `accumulator value is not ${kind}`,
    );
  });
});

describe("counter", () => {
  test("is set by every initial value before it counts", async () => {
    const state = new MemoryState();
    const count = (counter_op: string, options = {}) => runNode(counterNode, { state, data: { counter_op, ...options } });
    expect(await count("increment", { initial_value: 5, delta: 2 })).toMatchObject({ value: 7 });
    expect(await count("decrement")).toMatchObject({ value: 6 });
    expect(await count("get", { initial_value: 1 })).toMatchObject({ value: 1 });
    expect(await count("reset", { initial_value: 9 })).toMatchObject({ value: 9 });
    expect(await count("reset")).toMatchObject({ value: 0 });
  });
});

describe("context nodes", () => {
  test("define what placeholders show, the latest definition last", async () => {
    const state = new MemoryState();
    const define = (context_value: string) =>
      runNode(contextConstantNode, { state, data: { context_name: "lane", context_value } });
    await define("north");
    await define("south");
    expect(await runNode(textInputNode, { state, data: { text: "{{const.lane}} {{variable.lane}}" } })).toBe(
      "south {{variable.lane}}",
    );
  });
});
