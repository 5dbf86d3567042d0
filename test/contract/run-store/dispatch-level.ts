import { describe, expect, test } from "vitest";
import { createInbox } from "../../support/inbox.ts";
import type { AbortNotice } from "../../../src/core/ports/worker-store.ts";
import { createParams, createRun, driveRun, openStore, startRun, type RunStoreContract } from "./run-driver.ts";

const REDISPATCH = { dispatch: 2, expected: { dispatch: 1, level: 0 } };

export function testDispatchLevel(contract: RunStoreContract): void {
  describe("dispatchLevel", () => {
    test("starts the run with its first level", async () => {
      const { store } = await openStore(contract);
      const run = await createRun(store);
      expect(await run.dispatch({ free: ["a", "b"], ordered: ["c"], lanes: { default: 3 } })).toEqual({
        kind: "advanced",
        strands: 1,
        lanes: { default: 3 },
      });
      const record = await run.record();
      expect(record).toMatchObject({ status: "running", dispatch: 1, plannedDispatch: 1, level: 0, committedInLevel: 0 });
      expect(record.startedAt).toBeGreaterThanOrEqual(record.createdAt);
      expect(await run.eventTypes()).toEqual(["queued", "started", "level-started"]);
      expect((await run.events("level-started"))[0]).toMatchObject({ level: 0, nodeCount: 3, epoch: 1 });
    });

    test("answers the stored lanes to whoever comes again", async () => {
      const { store } = await openStore(contract);
      const run = await createRun(store);
      await run.dispatch({ free: ["a", "b"], lanes: { default: 2 } });
      expect(await run.dispatch({ free: ["a"], lanes: { default: 1 } })).toEqual({
        kind: "already-advanced",
        strands: 1,
        lanes: { default: 2 },
      });
      expect(await run.dispatch({ free: ["a"], expected: { dispatch: 1, level: 0 } })).toEqual({
        kind: "already-advanced",
        strands: 1,
        lanes: { default: 2 },
      });
      expect(await run.eventTypes()).toEqual(["queued", "started", "level-started"]);
    });

    test("lets one of many schedulers advance", async () => {
      const { store, peer } = await openStore(contract);
      const run = await createRun(store);
      const drivers = Array.from({ length: 10 }, (_, i) => driveRun(i % 2 === 0 ? store : peer, run.runId));
      const kinds = await Promise.all(drivers.map(async (driver) => (await driver.dispatch({ free: ["a"] })).kind));
      expect(kinds.filter((kind) => kind === "advanced")).toHaveLength(1);
      expect(kinds.filter((kind) => kind === "already-advanced")).toHaveLength(9);
    });

    test("goes on to the next level and times both", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"], levelCount: 2, plan: { free: ["a"] } });
      await run.commit(await run.hold());
      await advance(5);
      expect((await run.dispatch({ level: 1, free: ["b"] })).kind).toBe("advanced");
      expect(await run.record()).toMatchObject({ level: 1, committedInLevel: 0, committedCount: 1 });
      const [first, second] = await store.readTimings({ runId: run.runId });
      expect(first?.finishedAt).toBeGreaterThan(first?.startedAt ?? Infinity);
      expect(second).toEqual({ level: 1, startedAt: expect.any(Number) });
      expect(await run.claim()).toEqual({ kind: "superseded" });
      expect((await run.hold({ level: 1 })).nodeId).toBe("b");
    });

    test("takes a plan without nodes, for a level that was committed in an earlier epoch", async () => {
      const { store } = await openStore(contract);
      const run = await createRun(store);
      expect(await run.dispatch({ free: new Map(), lanes: {}, committedInLevel: 3 })).toEqual({
        kind: "advanced",
        lanes: {},
        strands: 1,
      });
      expect((await run.record()).committedInLevel).toBe(3);
      expect((await run.events("level-started"))[0]).toMatchObject({ nodeCount: 0 });
      expect(await run.claim()).toEqual({ kind: "drained" });
    });

    test("refuses what the record does not expect", async () => {
      const { store } = await openStore(contract);
      const run = await createRun(store);
      expect(await driveRun(store, createParams().runId).dispatch()).toEqual({ kind: "superseded" });
      expect(await run.dispatch({ epoch: 2 })).toEqual({ kind: "superseded" });
      expect(await run.dispatch({ expected: { dispatch: 2, level: -1 } })).toEqual({ kind: "superseded" });
      expect(await run.dispatch({ level: 1 })).toEqual({ kind: "superseded" });
      expect(await run.eventTypes()).toEqual(["queued"]);
    });

    test("goes on from a level that its caller takes for committed only if it is", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b", "c"], levelCount: 2, plan: { free: ["a", "b"] } });
      const expected = { dispatch: 1, level: 0, committedInLevel: 2 };
      const claims = [await run.hold(), await run.hold({ lane: 1 })];
      for (const claim of claims) {
        expect(await run.dispatch({ level: 1, free: ["c"], expected })).toEqual({ kind: "superseded" });
        expect(await run.claim({ level: 1, lane: 2 })).toEqual({ kind: "superseded" });
        await run.commit(claim);
      }
      expect((await run.dispatch({ level: 1, free: ["c"], expected })).kind).toBe("advanced");
    });

    test("refuses a run that is paused or stopping, and tells one that has finished", async () => {
      const { store } = await openStore(contract);
      const paused = await createRun(store);
      await store.pauseRun({ runId: paused.runId });
      expect(await paused.dispatch()).toEqual({ kind: "superseded" });

      const failing = await createRun(store);
      await store.failRun({ runId: failing.runId, cause: { code: "RUN_TIMEOUT", message: "late" }, graceMs: 1_000 });
      expect(await failing.dispatch()).toEqual({ kind: "superseded" });

      const cancelled = await createRun(store);
      await cancelled.cancel();
      expect(await cancelled.dispatch()).toEqual({ kind: "superseded" });
      await cancelled.finish("cancelled");
      expect(await cancelled.dispatch()).toEqual({ kind: "finished" });
    });

    test("refuses a plan of an issuing that a resume replaced", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      await store.pauseRun({ runId: run.runId });
      await store.resumeRun({ runId: run.runId });
      expect(await run.dispatch({ free: ["a"] })).toEqual({ kind: "superseded" });
      expect(await run.dispatch({ free: ["a", "b", "c"], dispatch: 2, expected: { dispatch: 2, level: 0 } })).toMatchObject({
        kind: "advanced",
        strands: 1,
      });
      expect(await run.record()).toMatchObject({ dispatch: 2, plannedDispatch: 2, level: 0 });
    });

    test("supersedes the claims of the issuing before", async () => {
      const { store, peer } = await openStore(contract);
      const notices = createInbox<AbortNotice>();
      await peer.onAbort(notices.put);
      const run = await startRun(store, { nodeIds: ["a"] });
      const old = await run.hold();
      expect(await run.dispatch({ ...REDISPATCH, free: ["a"] })).toMatchObject({ kind: "advanced" });
      expect(await notices.next()).toEqual({ runId: run.runId, token: old.ref.token });
      expect((await run.node("a"))?.status).toBe("pending");
      expect(await run.commit(old)).toBe("stale");
      expect(await run.fail(old)).toBe("stale");
      expect(await run.claim()).toEqual({ kind: "superseded" });
      expect(await run.hold({ dispatch: 2 })).toMatchObject({ nodeId: "a", attempt: 1, crashCount: 0 });
    });

    test("keeps the crash count of nodes that it lists again", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"] });
      await run.hold();
      expect((await run.hold()).crashCount).toBe(1);
      await run.dispatch({ ...REDISPATCH, free: ["a"] });
      expect(await run.hold({ dispatch: 2 })).toMatchObject({ attempt: 1, crashCount: 1 });
    });

    test("keeps the time at which a retry is due", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"], options: { maxConcurrency: 1 } });
      await run.fail(await run.hold(), { retryDelayMs: 1_500 });
      await run.dispatch({ ...REDISPATCH, free: ["a", "b"] });
      const waiting = await run.claim({ dispatch: 2 });
      expect(waiting).toMatchObject({ kind: "wait" });
      expect((await run.claim({ dispatch: 2, lane: 1 })).kind).toBe("wait");
      await advance(1_500);
      expect(await run.hold({ dispatch: 2 })).toMatchObject({ nodeId: "a", attempt: 2 });
    });

    test("keeps counts and start of a level that is issued again", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"] });
      await run.commit(await run.hold());
      const [before] = await store.readTimings({ runId: run.runId });
      await advance(5);
      await run.dispatch({ ...REDISPATCH, free: ["a", "b"], committedInLevel: 1 });
      expect(await run.record()).toMatchObject({ dispatch: 2, level: 0, committedInLevel: 1, committedCount: 1 });
      expect(await store.readTimings({ runId: run.runId })).toEqual([before]);
      expect(await run.eventTypes()).toEqual([
        "queued",
        "started",
        "level-started",
        "node-started",
        "node-completed",
        "level-started",
      ]);
      expect((await run.hold({ dispatch: 2 })).nodeId).toBe("b");
      expect(await run.claim({ dispatch: 2, lane: 1 })).toEqual({ kind: "drained" });
    });

    test("leaves nothing to claim in the list of a pool that the new plan does not name", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"] });
      await run.release(await run.hold(), "needs-order");
      await run.dispatch({ ...REDISPATCH, free: new Map(), ordered: ["a", "b"] });
      expect(await run.hold({ dispatch: 2 })).toMatchObject({ nodeId: "a", ordered: true });
      expect(await run.claim({ dispatch: 2, lane: 1 })).toEqual({ kind: "drained" });
    });

    test("holds pools of any name that a payload may use apart", async () => {
      const { store } = await openStore(contract);
      const pools = [
        "default",
        "__proto__",
        "constructor",
        "toString",
        "0",
        "1",
        "01",
        "-1",
        "1e3",
        "_",
        "-",
        "A",
        "a",
        "x".repeat(64),
      ];
      const free = new Map(pools.map((pool, i) => [pool, [`free-${i}`]]));
      const ordered = pools.map((pool, i) => ({ nodeId: `ordered-${i}`, pool }));
      const lanes = Object.fromEntries(pools.map((pool, i) => [pool, i + 1]));
      const run = await startRun(store, { nodeIds: ["a"], plan: { free, ordered, lanes } });
      const again = await run.dispatch({});
      expect(again.kind === "already-advanced" && Object.entries(again.lanes).sort()).toEqual(Object.entries(lanes).sort());
      for (const [i, pool] of pools.entries()) {
        const inOrder = await run.hold({ pool, lane: i });
        expect(inOrder).toMatchObject({ nodeId: `ordered-${i}`, ordered: true });
        await run.commit(inOrder);
        expect(await run.hold({ pool, lane: i })).toMatchObject({ nodeId: `free-${i}`, ordered: false });
      }
    });

    test("takes a level of 20,000 nodes", async () => {
      const { store } = await openStore(contract);
      const nodeIds = Array.from({ length: 20_000 }, (_, i) => `node-${String(i).padStart(5, "0")}`);
      const run = await startRun(store, { nodeIds, plan: { free: nodeIds.slice(0, 10_000), ordered: nodeIds.slice(10_000) } });
      expect((await run.events("level-started"))[0]?.nodeCount).toBe(20_000);
      expect((await run.hold()).nodeId).toBe("node-10000");
      expect((await run.hold({ lane: 1 })).nodeId).toBe("node-00000");
    });
  });
}
