import { describe, expect, test } from "vitest";
import type { RunRecord } from "../../../src/core/run/run-record.ts";
import { createParams, createRun, openStore, startRun, type RunStoreContract } from "./run-driver.ts";

const idsOf = (runs: readonly RunRecord[]): string[] => runs.map(({ runId }) => runId);

export function testLists(contract: RunStoreContract): void {
  describe("listRuns", () => {
    test("answers the newest first, at most as many as asked for", async () => {
      const { store, advance } = await openStore(contract);
      expect(await store.listRuns({ limit: 10 })).toEqual([]);
      const runIds: string[] = [];
      for (let i = 0; i < 3; i += 1) {
        runIds.unshift((await createRun(store)).runId);
        await advance(3);
      }
      expect(idsOf(await store.listRuns({ limit: 10 }))).toEqual(runIds);
      expect(idsOf(await store.listRuns({ limit: 2 }))).toEqual(runIds.slice(0, 2));
    });

    test("looks beyond newer runs for those of one status", async () => {
      const { store, advance } = await openStore(contract);
      const running = await startRun(store);
      await advance(3);
      await createRun(store);
      expect(await store.listRuns({ limit: 1, status: "running" })).toEqual([await running.record()]);
      expect(await store.listRuns({ limit: 10, status: "failed" })).toEqual([]);
    });
  });

  describe("listUnfinished", () => {
    const list = { minAgeMs: 0, limit: 10, offset: 0 };

    test("answers the run whose dispatch is longest ago first", async () => {
      const { store, advance } = await openStore(contract);
      const first = await createRun(store);
      await advance(3);
      const second = await createRun(store);
      await advance(3);
      expect(idsOf(await store.listUnfinished(list))).toEqual([first.runId, second.runId]);
      await first.dispatch({ free: ["a"] });
      expect(idsOf(await store.listUnfinished(list))).toEqual([second.runId, first.runId]);
      expect(idsOf(await store.listUnfinished({ ...list, limit: 1 }))).toEqual([second.runId]);
      expect(idsOf(await store.listUnfinished({ ...list, offset: 1 }))).toEqual([first.runId]);
      expect(idsOf(await store.listUnfinished({ ...list, offset: 2 }))).toEqual([]);
    });

    test("leaves out runs that have finished or are paused, and knows them when they go on", async () => {
      const { store } = await openStore(contract);
      const paused = await startRun(store);
      await store.pauseRun({ runId: paused.runId });
      const finished = await startRun(store);
      await finished.cancel(0);
      expect(idsOf(await store.listUnfinished(list))).toEqual([finished.runId]);
      await finished.finish("cancelled");
      expect(idsOf(await store.listUnfinished(list))).toEqual([]);
      await store.resumeRun({ runId: paused.runId });
      await store.retryRun({ runId: finished.runId });
      expect(idsOf(await store.listUnfinished(list)).sort()).toEqual([paused.runId, finished.runId].sort());
    });

    test("is not kept from other runs by paused ones", async () => {
      const { store, advance } = await openStore(contract);
      const paused = await startRun(store);
      await store.pauseRun({ runId: paused.runId });
      await advance(3);
      const running = await startRun(store);
      expect(idsOf(await store.listUnfinished({ ...list, limit: 1 }))).toEqual([running.runId]);
    });

    test("leaves young runs alone", async () => {
      const { store, advance } = await openStore(contract);
      const run = await createRun(store);
      expect(await store.listUnfinished({ ...list, minAgeMs: 1_000 })).toEqual([]);
      await advance(1_005);
      expect(idsOf(await store.listUnfinished({ ...list, minAgeMs: 1_000 }))).toEqual([run.runId]);
      await run.dispatch({ free: ["a"] });
      expect(await store.listUnfinished({ ...list, minAgeMs: 1_000 })).toEqual([]);
    });
  });

  describe("listExpired", () => {
    test("answers finished runs after their retention", async () => {
      const { store, advance } = await openStore(contract);
      await startRun(store);
      const run = await startRun(store);
      await run.cancel(0);
      await run.finish("cancelled");
      expect(await store.listExpired({ retentionMs: 1_000, limit: 10, offset: 0 })).toEqual([]);
      await advance(1_005);
      expect(await store.listExpired({ retentionMs: 1_000, limit: 10, offset: 0 })).toEqual([await run.record()]);
      expect(await store.listExpired({ retentionMs: 1_000, limit: 10, offset: 1 })).toEqual([]);
      await store.retryRun({ runId: run.runId });
      expect(await store.listExpired({ retentionMs: 0, limit: 10, offset: 0 })).toEqual([]);
    });
  });

  describe("deleteRun", () => {
    test("removes a finished run with everything of it", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { idempotencyKey: "key", input: 1 });
      const { runId } = run;
      await run.commit(await run.hold(), 1, [{ kind: "set", key: "k", value: 1 }]);
      await run.cancel(0);
      await run.finish("cancelled");
      await store.deleteRun({ runId });
      await store.deleteRun({ runId });
      expect(await store.loadRun({ runId })).toBeUndefined();
      expect(await store.listRuns({ limit: 10 })).toEqual([]);
      expect(await store.readInput({ runId })).toBeUndefined();
      expect(await store.readNodes({ runId })).toEqual(new Map());
      expect(await store.readResults({ runId })).toEqual(new Map());
      expect(await store.readTimings({ runId })).toEqual([]);
      expect(await store.readEvents({ runId, limit: 10 })).toEqual([]);
      expect(await store.readState({ runId, keys: ["k"] })).toEqual([{ kind: "absent" }]);
      expect(await store.listExpired({ retentionMs: 0, limit: 10, offset: 0 })).toEqual([]);
      const next = createParams({ idempotencyKey: "key" });
      expect(await store.createRun(next)).toEqual({ kind: "created", runId: next.runId });
    });

    test("removes a definition with the last run that uses it", async () => {
      const { store } = await openStore(contract);
      const runs = [await createRun(store), await createRun(store)];
      for (const [i, run] of runs.entries()) {
        await run.cancel(0);
        await run.finish("cancelled");
        expect(await store.loadWorkflow({ workflowHash: "hash-1" })).toBeDefined();
        await store.deleteRun({ runId: run.runId });
        expect((await store.loadRun({ runId: run.runId })) ?? i).toBe(i);
      }
      // A store may know a definition a little longer than it holds it: a new run must find it in any case.
      await createRun(store);
      expect(await store.loadWorkflow({ workflowHash: "hash-1" })).toBeDefined();
    });

    test("leaves a run alone that has not finished", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      await store.deleteRun({ runId: run.runId });
      expect((await run.record()).status).toBe("running");
      await run.cancel();
      await store.deleteRun({ runId: run.runId });
      expect((await run.record()).status).toBe("cancelling");
    });
  });

  describe("readEvents", () => {
    test("goes on behind an event, oldest first", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const { runId } = run;
      const [first, second, third] = await run.events();
      if (!first || !second || !third) throw new Error("events are missing");
      expect(await store.readEvents({ runId, limit: 2 })).toEqual([first, second]);
      expect(await store.readEvents({ runId, after: first.id, limit: 1 })).toEqual([second]);
      expect(await store.readEvents({ runId, after: second.id, limit: 10 })).toEqual([third]);
      expect(await store.readEvents({ runId, after: third.id, limit: 10 })).toEqual([]);
      await run.hold();
      expect(await store.readEvents({ runId, after: third.id, limit: 10 })).toMatchObject([
        { type: "node-started", nodeId: "a" },
      ]);
    });
  });
}
