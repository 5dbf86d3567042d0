import { describe, expect, test } from "vitest";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { createParams, driveRun, openStore, startRun, type RunStoreContract } from "./run-driver.ts";

export function testClaimNode(contract: RunStoreContract): void {
  describe("claimNode", () => {
    test("takes free nodes in the order of the plan until the lane is drained", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"] });
      expect(await run.claim({ token: "t1" })).toEqual({
        kind: "claimed",
        nodeId: "a",
        level: 0,
        epoch: 1,
        attempt: 1,
        crashCount: 0,
        ordered: false,
      });
      expect((await run.hold({ lane: 1 })).nodeId).toBe("b");
      expect(await run.claim({ lane: 2 })).toEqual({ kind: "drained" });
    });

    test("records who runs the node", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      await run.hold({ worker: "worker-7" });
      expect(await run.node("a")).toEqual({ status: "running", attempt: 1, startedAt: expect.any(Number), worker: "worker-7" });
      expect((await run.events("node-started"))[0]).toMatchObject({
        level: 0,
        nodeId: "a",
        attempt: 1,
        worker: "worker-7",
        epoch: 1,
      });
    });

    test("answers superseded to a lane of another issuing, level or run", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      expect(await run.claim({ dispatch: 2 })).toEqual({ kind: "superseded" });
      expect(await run.claim({ level: 1 })).toEqual({ kind: "superseded" });
      expect(await driveRun(store, createParams().runId).claim()).toEqual({ kind: "superseded" });
    });

    test("answers stopped with the status of a run that is not running", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      await store.pauseRun({ runId: run.runId });
      expect(await run.claim()).toEqual({ kind: "stopped", status: "paused" });
      await run.cancel();
      expect(await run.claim()).toEqual({ kind: "stopped", status: "cancelling" });
      await run.finish("cancelled");
      expect(await run.claim()).toEqual({ kind: "stopped", status: "cancelled" });
      const failing = await startRun(store);
      await failing.fail(await failing.hold());
      expect(await failing.claim({ lane: 1 })).toEqual({ kind: "stopped", status: "failing" });
    });

    test("gives a lane only nodes of its pool", async () => {
      const { store } = await openStore(contract);
      const free = new Map([
        ["default", ["a"]],
        ["gpu", ["b"]],
      ]);
      const run = await startRun(store, { nodeIds: ["a", "b"], plan: { free } });
      expect((await run.hold({ pool: "gpu" })).nodeId).toBe("b");
      expect(await run.claim({ pool: "gpu", lane: 1 })).toEqual({ kind: "drained" });
      expect(await run.claim({ pool: "other", lane: 2 })).toEqual({ kind: "drained" });
      expect((await run.hold({ lane: 3 })).nodeId).toBe("a");
    });

    test("skips listed nodes that were committed meanwhile", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b", "c"], plan: { ordered: ["a"], free: ["b", "c"] } });
      await run.commit(await run.hold());
      await run.commit(await run.hold());
      await run.dispatch({
        dispatch: 2,
        expected: { dispatch: 1, level: 0 },
        ordered: ["a"],
        free: ["b", "c"],
        committedInLevel: 2,
      });
      expect((await run.hold({ dispatch: 2 })).nodeId).toBe("c");
      expect(await run.claim({ dispatch: 2, lane: 1 })).toEqual({ kind: "drained" });
    });

    describe("the ordered group", () => {
      test("comes before free nodes, one node at a time", async () => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { plan: { ordered: ["a", "b"], free: ["c"] } });
        const first = await run.hold();
        expect(first).toMatchObject({ nodeId: "a", ordered: true });
        expect(await run.hold({ lane: 1 })).toMatchObject({ nodeId: "c", ordered: false });
        expect(await run.claim({ lane: 2 })).toEqual({ kind: "drained" });
        await run.commit(first);
        expect(await run.hold({ lane: 2 })).toMatchObject({ nodeId: "b", ordered: true });
      });

      test("waits while a node of it is to be tried again", async () => {
        const { store, advance } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a", "b"], plan: { ordered: ["a", "b"] } });
        await run.fail(await run.hold(), { retryDelayMs: 1_500 });
        expect(await run.claim({ lane: 1 })).toEqual({ kind: "drained" });
        expect((await run.claim()).kind).toBe("wait");
        await advance(1_500);
        const second = await run.hold();
        expect(second).toMatchObject({ nodeId: "a", attempt: 2, ordered: true });
        await run.commit(second);
        expect((await run.hold()).nodeId).toBe("b");
      });

      test("is left to lanes of its head's pool", async () => {
        const { store } = await openStore(contract);
        const ordered = [
          { nodeId: "a", pool: "gpu" },
          { nodeId: "b", pool: "default" },
        ];
        const run = await startRun(store, { nodeIds: ["a", "b"], plan: { ordered, lanes: { default: 1, gpu: 1 } } });
        expect(await run.claim()).toEqual({ kind: "drained" });
        await run.commit(await run.hold({ pool: "gpu", lane: 1 }));
        expect((await run.hold()).nodeId).toBe("b");
      });
    });

    describe("a lane whose process died", () => {
      test("goes on with the node that it had claimed", async () => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { options: { maxConcurrency: 1 } });
        const lost = await run.hold({ worker: "worker-1" });
        const next = await run.hold({ worker: "worker-2" });
        expect(next).toMatchObject({ nodeId: "a", attempt: 1, crashCount: 1 });
        expect(await run.node("a")).toMatchObject({ status: "running", attempt: 1, worker: "worker-2" });
        expect(await run.commit(lost)).toBe("stale");
        expect(await run.fail(lost)).toBe("stale");
        await run.release(lost, "worker-stopping");
        expect((await run.hold()).crashCount).toBe(2);
        expect(await run.events("node-started")).toHaveLength(1);
      });

      test("is lost to the process that took it over", async () => {
        const { store } = await openStore(contract);
        const run = await startRun(store);
        const claim = await run.hold();
        expect(await run.claim({ takeOver: false })).toEqual({ kind: "superseded" });
        await run.commit(claim);
        expect(await run.hold({ takeOver: false })).toMatchObject({ nodeId: "b", crashCount: 0 });
      });

      test("leaves its node to no other lane", async () => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a"] });
        await run.hold();
        expect(await run.claim({ lane: 1 })).toEqual({ kind: "drained" });
      });

      test("goes on within the ordered group", async () => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a", "b"], plan: { ordered: ["a", "b"] } });
        await run.hold();
        const next = await run.hold();
        expect(next).toMatchObject({ nodeId: "a", ordered: true, crashCount: 1 });
        expect(await run.claim({ lane: 1 })).toEqual({ kind: "drained" });
        await run.commit(next);
        expect((await run.hold()).nodeId).toBe("b");
      });
    });

    describe("retries", () => {
      test("stay with their lane, which takes other nodes meanwhile", async () => {
        const { store, advance } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a", "b", "c"] });
        await run.fail(await run.hold(), { retryDelayMs: 1_500 });
        const other = await run.hold();
        expect(other.nodeId).toBe("b");
        await advance(1_500);
        await run.commit(other);
        expect(await run.hold({ lane: 1 })).toMatchObject({ nodeId: "c" });
        expect(await run.claim({ lane: 2 })).toEqual({ kind: "drained" });
        expect(await run.hold()).toMatchObject({ nodeId: "a", attempt: 2, crashCount: 0 });
      });

      test("tell the lane how long the earliest takes", async () => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a", "b"] });
        await run.fail(await run.hold(), { retryDelayMs: 50_000 });
        await run.fail(await run.hold(), { retryDelayMs: 20_000 });
        const outcome = await run.claim();
        if (outcome.kind !== "wait") throw new Error(`claimNode answered ${outcome.kind}`);
        expect(outcome.delayMs).toBeLessThanOrEqual(20_000);
        expect(outcome.delayMs).toBeGreaterThan(10_000);
      });

      test("come earliest first", async () => {
        const { store, advance } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a", "b"] });
        // So far apart that they stay in this order however long it is from one call to the next.
        await run.fail(await run.hold(), { retryDelayMs: 1_500 });
        await run.fail(await run.hold(), { retryDelayMs: 20 });
        await advance(1_500);
        const first = await run.hold();
        expect(first.nodeId).toBe("b");
        await run.commit(first);
        expect((await run.hold()).nodeId).toBe("a");
      });

      test.runIf(contract.isClockManual)("come in the order of their ids if they are due at once", async () => {
        const { store, advance } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["b", "a"] });
        for (let i = 0; i < 2; i += 1) await run.fail(await run.hold(), { retryDelayMs: 20 });
        await advance(20);
        expect((await run.hold()).nodeId).toBe("a");
      });
    });

    describe("under maxConcurrency", () => {
      test("waits for a place, and is drained when nothing is left", async () => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a", "b", "c"], options: { maxConcurrency: 2 } });
        const first = await run.hold();
        await run.hold({ lane: 1 });
        expect(await run.claim({ lane: 2 })).toEqual({ kind: "wait", delayMs: DEFAULTS.laneWaitMs });
        await run.commit(first);
        expect((await run.hold({ lane: 2 })).nodeId).toBe("c");
        expect(await run.claim({ lane: 0 })).toEqual({ kind: "drained" });
      });

      test("counts nodes that wait for a retry", async () => {
        const { store, advance } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a", "b"], options: { maxConcurrency: 1 } });
        await run.fail(await run.hold(), { retryDelayMs: 1_500 });
        expect(await run.claim({ lane: 1 })).toEqual({ kind: "wait", delayMs: DEFAULTS.laneWaitMs });
        expect((await run.claim()).kind).toBe("wait");
        await advance(1_500);
        expect(await run.claim({ lane: 1 })).toEqual({ kind: "wait", delayMs: DEFAULTS.laneWaitMs });
        const retried = await run.hold();
        expect(retried.nodeId).toBe("a");
        await run.commit(retried);
        expect((await run.hold({ lane: 1 })).nodeId).toBe("b");
      });

      test("holds for the ordered group too", async () => {
        const { store } = await openStore(contract);
        const run = await startRun(store, {
          options: { maxConcurrency: 1 },
          plan: { ordered: ["b"], free: new Map([["other", ["a"]]]) },
        });
        const held = await run.hold({ pool: "other" });
        expect(await run.claim({ lane: 1 })).toEqual({ kind: "wait", delayMs: DEFAULTS.laneWaitMs });
        await run.commit(held);
        expect((await run.hold({ lane: 1 })).nodeId).toBe("b");
      });
    });
  });
}
