import { describe, expect, test } from "vitest";
import { newRunId } from "../../../src/core/run/new-run-id.ts";
import { HOSTILE_TEXTS } from "../../support/hostile-texts.ts";
import { createParams, createRun, driveRun, openStore, type RunStoreContract } from "./run-driver.ts";

export function testCreateRun(contract: RunStoreContract): void {
  describe("createRun", () => {
    test("writes a queued run, its definition and its event", async () => {
      const { store } = await openStore(contract);
      const params = createParams({
        workflowId: "etl",
        levelCount: 2,
        options: { maxConcurrency: 4, sequential: true, timeoutMs: 900 },
      });
      expect(await store.createRun(params)).toEqual({ kind: "created", runId: params.runId });
      const run = driveRun(store, params.runId);
      expect(await run.record()).toEqual({
        runId: params.runId,
        workflowId: "etl",
        workflowHash: "hash-1",
        status: "queued",
        epoch: 1,
        dispatch: 1,
        level: -1,
        barrierLevel: -1,
        strands: 1,
        committedInLevel: 0,
        committedCount: 0,
        nodeCount: 3,
        levelCount: 2,
        maxConcurrency: 4,
        sequential: true,
        timeoutMs: 900,
        createdAt: expect.any(Number),
      });
      expect(await store.loadWorkflow({ workflowHash: "hash-1" })).toEqual(params.workflow);
      expect(await run.events()).toEqual([{ id: expect.any(String), type: "queued", at: expect.any(Number), epoch: 1 }]);
      expect(await store.readNodes({ runId: params.runId })).toEqual(new Map());
      expect(await store.readResults({ runId: params.runId })).toEqual(new Map());
      expect(await store.readTimings({ runId: params.runId })).toEqual([]);
    });

    test("takes a concurrency of 0 for none, and options that are absent for absent", async () => {
      const { store } = await openStore(contract);
      const record = await (await createRun(store, { options: { maxConcurrency: 0 } })).record();
      expect(record).not.toHaveProperty("maxConcurrency");
      expect(record).not.toHaveProperty("timeoutMs");
      expect(record).not.toHaveProperty("workflowId");
      expect(record.sequential).toBe(false);
    });

    test("creates a run once that is asked for twice at a time", async () => {
      const { store } = await openStore(contract);
      const params = createParams({});
      const { runId } = params;
      const other = { ...params, requestHash: "request-2" };
      expect(await Promise.all([params, params, other].map((request) => store.createRun(request)))).toEqual([
        { kind: "created", runId },
        { kind: "exists", runId },
        { kind: "conflict", runId },
      ]);
      expect(await driveRun(store, runId).events()).toHaveLength(1);
    });

    test("answers the first run to a key that is known", async () => {
      const { store } = await openStore(contract);
      const first = await createRun(store, { idempotencyKey: "key" });
      const again = createParams({ idempotencyKey: "key" });
      expect(await store.createRun(again)).toEqual({ kind: "exists", runId: first.runId });
      expect(await store.createRun({ ...again, requestHash: "request-2" })).toEqual({ kind: "conflict", runId: first.runId });
      expect(await store.loadRun({ runId: again.runId })).toBeUndefined();
    });

    test("answers a run id that is known", async () => {
      const { store } = await openStore(contract);
      const { runId } = await createRun(store);
      expect(await store.createRun(createParams({ runId }))).toEqual({ kind: "exists", runId });
      expect(await store.createRun(createParams({ runId, requestHash: "request-2" }))).toEqual({ kind: "conflict", runId });
      expect(await driveRun(store, runId).eventTypes()).toEqual(["queued"]);
    });

    test("makes one run of many callers with one key", async () => {
      const { store, peer } = await openStore(contract);
      const callers = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? store : peer));
      const outcomes = await Promise.all(callers.map((caller) => caller.createRun(createParams({ idempotencyKey: "key" }))));
      expect(outcomes.filter(({ kind }) => kind === "created")).toHaveLength(1);
      expect(new Set(outcomes.map(({ runId }) => runId)).size).toBe(1);
      expect(await store.listRuns({ limit: 100 })).toHaveLength(1);
    });

    test("tells keys apart whatever text they are", async () => {
      const { store } = await openStore(contract);
      const runIds = new Map<string, string>();
      for (const idempotencyKey of HOSTILE_TEXTS) runIds.set(idempotencyKey, (await createRun(store, { idempotencyKey })).runId);
      for (const [idempotencyKey, runId] of runIds) {
        expect(await store.createRun(createParams({ idempotencyKey }))).toEqual({ kind: "exists", runId });
      }
    });

    test("keeps the input as it was given, and gives each reader its own", async () => {
      const { store } = await openStore(contract);
      const input = { list: [1, { deep: "\ud800" }], ["__proto__"]: 1 };
      const { runId } = await createRun(store, { input });
      const text = JSON.stringify(input);
      input.list.push(2);
      const first = (await store.readInput({ runId })) as { list: unknown[] };
      expect(JSON.stringify(first)).toBe(text);
      first.list.length = 0;
      expect(JSON.stringify(await store.readInput({ runId }))).toBe(text);
    });

    test("tells an input of null from none", async () => {
      const { store } = await openStore(contract);
      expect(await store.readInput({ runId: (await createRun(store, { input: null })).runId })).toBeNull();
      expect(await store.readInput({ runId: (await createRun(store)).runId })).toBeUndefined();
    });

    test("has a definition for as long as runs use it, and again when it is brought again", async () => {
      const { store, peer } = await openStore(contract);
      const params = createParams();
      const create = async (): Promise<string> => {
        const runId = newRunId();
        expect(await store.createRun({ ...params, runId })).toEqual({ kind: "created", runId });
        return runId;
      };
      const runs = [await create(), await create(), await create()];
      for (const runId of runs) {
        expect(await peer.loadWorkflow({ workflowHash: params.workflowHash })).toEqual(params.workflow);
        await store.cancelRun({ runId, graceMs: 0 });
        await store.finishRun({ runId, epoch: 1, outcome: "cancelled" });
        await store.deleteRun({ runId });
      }
      await create();
      expect(await peer.loadWorkflow({ workflowHash: params.workflowHash })).toEqual(params.workflow);
    });

    test("reads nothing of runs and definitions that are not there", async () => {
      const { store } = await openStore(contract);
      const runId = createParams().runId;
      expect(await store.loadRun({ runId })).toBeUndefined();
      expect(await store.loadWorkflow({ workflowHash: "none" })).toBeUndefined();
      expect(await store.readInput({ runId })).toBeUndefined();
      expect(await store.readNodes({ runId })).toEqual(new Map());
      expect(await store.readResults({ runId })).toEqual(new Map());
      expect(await store.readTimings({ runId })).toEqual([]);
      expect(await store.readEvents({ runId, limit: 10 })).toEqual([]);
      expect(await store.readInputs({ runId, nodeIds: ["a"] })).toEqual([undefined]);
      expect(await store.readState({ runId, keys: ["k"] })).toEqual([{ kind: "absent" }]);
      expect(await store.readCommitted({ runId, nodeIds: ["a"] })).toEqual(new Set());
    });
  });
}
