import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import { defineNode } from "../../../src/index.ts";
import { HandlerSlots } from "../../../src/worker/handler-slots.ts";
import { runLane } from "../../../src/worker/run-lane.ts";
import { createWorkerBench } from "../../support/worker-bench.ts";

const SLOT_COUNT = 10;
const quick = defineNode({ type: "quick", data: z.looseObject({}), run: () => null });

/** `a`, behind it three nodes that are quick, so that one lane goes on with them in as many strands, and `e` behind those. */
const PAYLOAD = {
  nodes: ["a", "b", "c", "d", "e"].map((id) => ({ id, type: "quick", data: {} })),
  edges: ["b", "c", "d"].flatMap((id) => [
    { source: "a", target: id },
    { source: id, target: "e" },
  ]),
};

/** Runs the lane of `a` on a store that may lose the answers to commits, and tells how it went and how many places are free after it. */
async function runThrough(
  wrap: (store: RunStore) => RunStore,
  slots = new HandlerSlots(SLOT_COUNT),
): Promise<{ outcome: unknown; freeCount: number; committed: number }> {
  const bench = await createWorkerBench({ payload: PAYLOAD, nodes: [quick], wrap });
  Object.defineProperty(bench.context.times, "known", { value: new Map([["quick", 0.1]]) });
  let tokenCount = 0;
  const context = { ...bench.context, slots, newToken: () => `token-${String((tokenCount += 1))}` };
  const at = { signal: new AbortController().signal, isRepeated: false };
  const outcome = await runLane(context, { ...bench.lane, strands: 1 }, at, () => false).catch((error: unknown) => error);
  const { size } = await bench.store.readResults({ runId: bench.runId });
  return { outcome, freeCount: countFree(slots), committed: size };
}

function countFree(slots: HandlerSlots): number {
  const count = slots.take(SLOT_COUNT);
  for (let i = 0; i < count; i += 1) slots.release();
  return count;
}

function failing(store: RunStore, { nodeId, takesEffect }: { readonly nodeId: string; readonly takesEffect: boolean }): RunStore {
  const commitNode: RunStore["commitNode"] = async (params) => {
    if (params.claim.nodeId !== nodeId) return store.commitNode(params);
    if (takesEffect) await store.commitNode(params);
    throw new Error("the connection is gone");
  };
  return new Proxy(store, {
    get: (target, property) => {
      if (property === "commitNode") return commitNode;
      const member: unknown = Reflect.get(target, property, target);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}

describe("a lane", () => {
  test("goes through all levels that are its own, and leaves every place free", async () => {
    const { outcome, freeCount, committed } = await runThrough((store) => store);
    expect({ outcome, freeCount, committed }).toEqual({ outcome: { kind: "done" }, freeCount: SLOT_COUNT, committed: 5 });
  });

  test.each([1, 2, 3])("does so with %i places for all of its strands", async (slotCount) => {
    const { outcome, freeCount, committed } = await runThrough((store) => store, new HandlerSlots(slotCount));
    expect({ outcome, freeCount, committed }).toEqual({ outcome: { kind: "done" }, freeCount: slotCount, committed: 5 });
  });

  test("shares places with other lanes, all of which go on at the same time", async () => {
    const slots = new HandlerSlots(3);
    const lanes = await Promise.all([1, 2, 3, 4, 5].map(() => runThrough((store) => store, slots)));
    expect(lanes.map(({ outcome, committed }) => ({ outcome, committed }))).toEqual(
      lanes.map(() => ({ outcome: { kind: "done" }, committed: 5 })),
    );
    expect(countFree(slots)).toBe(3);
  });

  test.each(["a", "b", "d"].flatMap((nodeId) => [false, true].map((takesEffect) => ({ nodeId, takesEffect }))))(
    "gives every place back when the commit of $nodeId fails (took effect: $takesEffect)",
    async (fault) => {
      const { outcome, freeCount } = await runThrough((store) => failing(store, fault));
      expect(outcome).toEqual(new Error("the connection is gone"));
      expect(freeCount).toBe(SLOT_COUNT);
    },
  );
});
