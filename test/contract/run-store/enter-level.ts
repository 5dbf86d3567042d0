import { describe, expect, test } from "vitest";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import type { EnterLevelOutcome } from "../../../src/core/ports/worker-store.ts";
import type { LaneRef } from "../../../src/core/run/job-ref.ts";
import { DEFAULT_POOL } from "../../../src/core/workflow/workflow.ts";
import { openStore, startRun, type RunDriver, type RunStoreContract } from "./run-driver.ts";

interface EnterOptions {
  readonly level?: number;
  readonly free?: readonly string[];
  readonly ordered?: readonly string[];
  readonly strands?: number;
  readonly lane?: Partial<LaneRef>;
  readonly epoch?: number;
}

function enter(store: RunStore, { runId }: RunDriver, options: EnterOptions = {}): Promise<EnterLevelOutcome> {
  const { level = 1, free = ["d", "e"], ordered = [], strands = 2, lane = {}, epoch = 1 } = options;
  return store.enterLevel({
    lane: { runId, dispatch: 1, level: 0, lane: 0, pool: DEFAULT_POOL, ...lane },
    epoch,
    plan: {
      ...{ level, strands, lanes: { [DEFAULT_POOL]: 1 } },
      free: new Map(free.length === 0 ? [] : [[DEFAULT_POOL, free]]),
      ordered: ordered.map((nodeId) => ({ nodeId, pool: DEFAULT_POOL })),
    },
  });
}

/** A run whose first level, of two nodes, is committed. */
async function runBehindLevel(store: RunStore): Promise<RunDriver> {
  const run = await startRun(store, { nodeIds: ["a", "b", "d", "e"], levelCount: 3, plan: { free: ["a", "b"] } });
  expect(await run.commit(await run.hold())).toBe("committed");
  expect(await run.commit(await run.hold())).toBe("committed-level");
  return run;
}

export function testEnterLevel(contract: RunStoreContract): void {
  describe("enterLevel", () => {
    test("makes the next level current under the barrier that there is", async () => {
      const { store } = await openStore(contract);
      const run = await runBehindLevel(store);
      expect(await enter(store, run)).toBe("entered");
      expect(await run.record()).toMatchObject({
        ...{ status: "running", dispatch: 1, level: 1, barrierLevel: 0, strands: 2 },
        ...{ committedInLevel: 0, committedCount: 2 },
      });
      expect((await run.events("level-started")).at(-1)).toMatchObject({ level: 1, nodeCount: 2 });
      expect(await store.readTimings({ runId: run.runId })).toEqual([
        { level: 0, startedAt: expect.any(Number), finishedAt: expect.any(Number) },
        { level: 1, startedAt: expect.any(Number) },
      ]);
    });

    test("lets lanes of that barrier take its nodes, and no others", async () => {
      const { store } = await openStore(contract);
      const run = await runBehindLevel(store);
      await enter(store, run, { free: ["e"], ordered: ["d"] });
      expect(await run.claim({ level: 1 })).toEqual({ kind: "superseded" });
      expect(await run.hold()).toMatchObject({ nodeId: "d", level: 1, ordered: true });
      const last = await run.hold({ lane: 1 });
      expect(last).toMatchObject({ nodeId: "e", level: 1, ordered: false });
      expect(await run.commit(last)).toBe("committed");
      expect((await run.events("node-completed")).at(-1)).toMatchObject({ level: 1, nodeId: "e" });
    });

    test("answers not-over while nodes of the level are not committed", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { levelCount: 2, plan: { free: ["a", "b"] } });
      expect(await enter(store, run)).toBe("not-over");
      await run.commit(await run.hold());
      const held = await run.hold();
      expect(await enter(store, run)).toBe("not-over");
      await run.commit(held);
      expect(await enter(store, run)).toBe("entered");
    });

    test("may be repeated, and enters a level once", async () => {
      const { store, peer } = await openStore(contract);
      const run = await runBehindLevel(store);
      const outcomes = await Promise.all([store, peer, store, peer].map((caller) => enter(caller, run)));
      expect(outcomes).toEqual(["entered", "entered", "entered", "entered"]);
      expect(await run.events("level-started")).toHaveLength(2);
      expect((await run.hold()).nodeId).toBe("d");
      expect((await run.hold()).nodeId).toBe("d"); // Taken over, not listed twice.
      expect((await run.hold({ lane: 1 })).nodeId).toBe("e");
      expect(await run.claim({ lane: 2 })).toEqual({ kind: "drained" });
    });

    test("goes on level by level", async () => {
      const { store } = await openStore(contract);
      const run = await runBehindLevel(store);
      expect(await enter(store, run, { level: 2 })).toBe("superseded");
      await enter(store, run, { free: ["d"] });
      expect(await run.commit(await run.hold())).toBe("committed-level");
      expect(await enter(store, run, { level: 2, free: ["e"] })).toBe("entered");
      expect(await run.commit(await run.hold())).toBe("committed-level");
      expect(await run.record()).toMatchObject({ level: 2, barrierLevel: 0, committedCount: 4 });
      expect(await run.finish("completed")).toEqual({ kind: "finished" });
    });

    test("answers superseded to a lane that does not stand for the run", async () => {
      const { store } = await openStore(contract);
      const run = await runBehindLevel(store);
      expect(await enter(store, run, { lane: { dispatch: 2 } })).toBe("superseded");
      expect(await enter(store, run, { lane: { level: 1 } })).toBe("superseded");
      expect(await enter(store, run, { lane: { runId: "0-000000000-00000000000000000000" } })).toBe("superseded");
      expect(await enter(store, run, { epoch: 2 })).toBe("superseded");
      await run.dispatch({ level: 1, expected: { dispatch: 1, level: 0 }, free: ["d", "e"] });
      expect(await enter(store, run)).toBe("superseded");
    });

    test("answers superseded when the run does not go on", async () => {
      const { store } = await openStore(contract);
      const run = await runBehindLevel(store);
      await store.pauseRun({ runId: run.runId });
      expect(await enter(store, run)).toBe("superseded");
      // Resumed, it waits for jobs of its new dispatch.
      await store.resumeRun({ runId: run.runId });
      expect(await enter(store, run)).toBe("superseded");
      expect(await enter(store, run, { lane: { dispatch: 2 } })).toBe("superseded");
      await run.cancel();
      expect(await enter(store, run)).toBe("superseded");
    });

    test("lets a scheduler find its level under the barrier, and issue the rest anew", async () => {
      const { store } = await openStore(contract);
      const run = await runBehindLevel(store);
      await enter(store, run);
      const kept = await run.dispatch({ level: 0, expected: { dispatch: 1, level: -1 }, free: ["a", "b"] });
      expect(kept.kind).toBe("already-advanced");
      await run.commit(await run.hold());
      const anew = { dispatch: 2, level: 1, expected: { dispatch: 1, level: 1 }, free: ["e"], committedInLevel: 1 };
      expect((await run.dispatch(anew)).kind).toBe("advanced");
      expect(await run.record()).toMatchObject({ dispatch: 2, level: 1, barrierLevel: 1, committedInLevel: 1 });
      expect(await run.claim()).toEqual({ kind: "superseded" });
      expect(await run.commit(await run.hold({ dispatch: 2, level: 1 }))).toBe("committed-level");
    });
  });

  describe("handler times", () => {
    test("follow what workers tell, upwards faster than downwards", async () => {
      const { store, peer } = await openStore(contract);
      const types = ["a", '"b|\ud800'];
      expect(await store.readHandlerTimes()).toEqual(new Map());
      const samples = (meanMs: number, count = 1) => new Map(types.map((type) => [type, { count, meanMs }]));
      expect(await store.noteHandlerTimes(samples(10))).toEqual(new Map(types.map((type) => [type, 10])));
      const slower = await peer.noteHandlerTimes(samples(20));
      for (const type of types) expect(slower.get(type)).toBeCloseTo(15);
      await store.noteHandlerTimes(samples(5));
      for (const [, ms] of await store.readHandlerTimes()) expect(ms).toBeCloseTo(14);
      await store.noteHandlerTimes(samples(0, 1_000));
      for (const [, ms] of await store.readHandlerTimes()) expect(ms).toBeCloseTo(0);
    });
  });
}
