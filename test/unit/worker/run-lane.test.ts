import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import { defineNode } from "../../../src/index.ts";
import { JobHold } from "../../../src/core/run/job-hold.ts";
import { HandlerSlots } from "../../../src/worker/handler-slots.ts";
import { runLane } from "../../../src/worker/run-lane.ts";
import { replacing } from "../../support/replacing.ts";
import { createWorkerBench } from "../../support/worker-bench.ts";

const SLOT_COUNT = 10;
/** Longer than the rest of a strand that waits for something to do. */
const LONG_MS = 10_000;
/** `d` is the last one to start of its level, and at work until whoever rests has got up. */
const quick = defineNode({
  type: "quick",
  data: z.looseObject({}),
  run: async ({ node }) => {
    if (node.id === "d" && vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(LONG_MS);
    return null;
  },
});

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
  await bench.store.noteHandlerTimes(new Map([["quick", { count: 1, meanMs: 0.1 }]]));
  let tokenCount = 0;
  const context = { ...bench.context, slots, newToken: () => `token-${String((tokenCount += 1))}` };
  const at = { hold: new JobHold(), isRepeated: false };
  const outcome = await runLane(context, { ...bench.lane, strands: 1 }, at, () => false).catch((error: unknown) => error);
  const { size } = await bench.store.readResults({ runId: bench.runId });
  return { outcome, freeCount: countFree(slots), committed: size };
}

function countFree(slots: HandlerSlots): number {
  const count = slots.take(SLOT_COUNT);
  for (let i = 0; i < count; i += 1) slots.release();
  return count;
}

/** Has the first strand of the level of three meet the run's limit: a lane elsewhere has claimed a node, which it gives back a moment later. */
function atLimitOnce(store: RunStore): RunStore {
  let claimCount = 0;
  return replacing(store, "claimNode", async (params) => {
    if (params.lane.lane === 0) claimCount += 1;
    return params.lane.lane === 0 && claimCount === 2 ? { kind: "wait", delayMs: LONG_MS / 2 } : store.claimNode(params);
  });
}

/** Has the first attempt of a node time out, with another one due at once, in the moment in which its result is to be committed. */
function timedOutOnce(store: RunStore, nodeId: string): RunStore {
  let isOver = false;
  return replacing(store, "commitNode", async (params) => {
    const { claim } = params;
    if (claim.nodeId === nodeId && !isOver) {
      isOver = true;
      await store.failAttempt({ claim, error: { code: "NODE_TIMEOUT", message: "too long" }, retryDelayMs: 0, graceMs: 0 });
    }
    return store.commitNode(params);
  });
}

function failing(store: RunStore, { nodeId, takesEffect }: { readonly nodeId: string; readonly takesEffect: boolean }): RunStore {
  return replacing(store, "commitNode", async (params) => {
    if (params.claim.nodeId !== nodeId) return store.commitNode(params);
    if (takesEffect) await store.commitNode(params);
    throw new Error("the connection is gone");
  });
}

describe("a lane", () => {
  afterEach(() => void vi.useRealTimers());

  test("goes through all levels that are its own, and leaves every place free", async () => {
    const { outcome, freeCount, committed } = await runThrough((store) => store);
    expect({ outcome, freeCount, committed }).toEqual({ outcome: { kind: "done" }, freeCount: SLOT_COUNT, committed: 5 });
  });

  test.each([1, 2, 3])("does so with %i places for all of its strands", async (slotCount) => {
    const { outcome, freeCount, committed } = await runThrough((store) => store, new HandlerSlots(slotCount));
    expect({ outcome, freeCount, committed }).toEqual({ outcome: { kind: "done" }, freeCount: slotCount, committed: 5 });
  });

  test("asks for one more place at a time, however many nodes it works on at a time", async () => {
    const slots = new HandlerSlots(1);
    let [waiting, most] = [0, 0];
    const request = slots.request.bind(slots);
    slots.request = () => {
      const asked = request();
      waiting += 1;
      most = Math.max(most, waiting);
      void asked.granted.then(() => (waiting -= 1));
      return asked;
    };
    const { committed } = await runThrough((store) => store, slots);
    expect({ committed, most }).toEqual({ committed: 5, most: 1 });
  });

  test("shares places with other lanes, all of which go on at the same time", async () => {
    const slots = new HandlerSlots(3);
    const lanes = await Promise.all([1, 2, 3, 4, 5].map(() => runThrough((store) => store, slots)));
    expect(lanes.map(({ outcome, committed }) => ({ outcome, committed }))).toEqual(
      lanes.map(() => ({ outcome: { kind: "done" }, committed: 5 })),
    );
    expect(countFree(slots)).toBe(3);
  });

  test("goes on, in its only place, without a strand that has rested and finds every node of the level claimed", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { outcome, freeCount, committed } = await runThrough(atLimitOnce, new HandlerSlots(1));
    expect({ outcome, freeCount, committed }).toEqual({ outcome: { kind: "done" }, freeCount: 1, committed: 5 });
  });

  test.each(["b", "c", "d"])(
    "tries %s again, whose result came too late although it seemed to be over with its level",
    async (nodeId) => {
      const { outcome, freeCount, committed } = await runThrough((store) => timedOutOnce(store, nodeId));
      expect({ outcome, freeCount, committed }).toEqual({ outcome: { kind: "done" }, freeCount: SLOT_COUNT, committed: 5 });
    },
  );

  test.each(["a", "b", "d"].flatMap((nodeId) => [false, true].map((takesEffect) => ({ nodeId, takesEffect }))))(
    "gives every place back when the commit of $nodeId fails (took effect: $takesEffect)",
    async (fault) => {
      const { outcome, freeCount } = await runThrough((store) => failing(store, fault));
      expect(outcome).toEqual(new Error("the connection is gone"));
      expect(freeCount).toBe(SLOT_COUNT);
    },
  );
});
