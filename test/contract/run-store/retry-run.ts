import { describe, expect, test } from "vitest";
import { createParams, openStore, startRun, workflowOf, type RunDriver, type RunStoreContract } from "./run-driver.ts";

const SECOND = { dispatch: 2, epoch: 2, expected: { dispatch: 2, level: -1 } };

/** A run that committed `a`, then failed with `b` and was waiting for `c`. */
async function failedRun(store: Parameters<typeof startRun>[0]): Promise<RunDriver> {
  const run = await startRun(store, { nodeIds: ["a", "b", "c"], options: { timeoutMs: 90_000 } });
  await run.commit(await run.hold(), "kept", [{ kind: "set", key: "k", value: 1 }]);
  const failing = await run.hold();
  await run.fail(await run.hold({ lane: 1 }), { retryDelayMs: 60_000 });
  await run.fail(failing);
  await run.finish("failed");
  return run;
}

export function testRetryRun(contract: RunStoreContract): void {
  describe("retryRun", () => {
    test("opens a new epoch and keeps what is committed", async () => {
      const { store } = await openStore(contract);
      const run = await failedRun(store);
      const { runId } = run;
      expect(await store.retryRun({ runId })).toEqual({ kind: "retrying", dispatch: 2 });
      const record = await run.record();
      expect(record).toMatchObject({
        status: "queued",
        epoch: 2,
        dispatch: 2,
        level: -1,
        committedInLevel: 0,
        committedCount: 1,
      });
      for (const field of ["cause", "finishBy", "startedAt", "finishedAt"]) expect(record).not.toHaveProperty(field);
      expect((await run.events()).at(-1)).toMatchObject({ type: "queued", epoch: 2 });
      expect((await run.node("a"))?.status).toBe("completed");
      for (const id of ["b", "c"]) {
        const node = await run.node(id);
        expect(node?.status ?? "pending").toBe("pending");
        expect(node?.attempt ?? 0).toBe(0);
        expect(node?.error).toBeUndefined();
      }
      expect(await store.readResults({ runId })).toEqual(new Map([["a", "kept"]]));
      expect(await store.readState({ runId, keys: ["k"] })).toEqual([{ kind: "present", value: 1 }]);
    });

    test("goes through the levels again, with first attempts", async () => {
      const { store, advance } = await openStore(contract);
      const run = await failedRun(store);
      const [before] = await store.readTimings({ runId: run.runId });
      await advance(5);
      await store.retryRun({ runId: run.runId });
      expect(await run.dispatch({ free: ["b", "c"] })).toEqual({ kind: "superseded" });
      expect(await run.dispatch({ ...SECOND, free: ["b", "c"], committedInLevel: 1 })).toMatchObject({ kind: "advanced" });
      expect(await run.record()).toMatchObject({ status: "running", committedInLevel: 1, startedAt: expect.any(Number) });
      const [after] = await store.readTimings({ runId: run.runId });
      expect(after?.startedAt).toBeGreaterThan(before?.startedAt ?? Infinity);
      expect(after).not.toHaveProperty("finishedAt");
      const claim = await run.hold({ dispatch: 2 });
      expect(claim).toMatchObject({ nodeId: "b", epoch: 2, attempt: 1, crashCount: 0 });
      expect((await run.events("node-started")).at(-1)).toMatchObject({ epoch: 2, nodeId: "b", attempt: 1 });
      await run.commit(claim);
      await run.commit(await run.hold({ dispatch: 2 }));
      expect(await run.record()).toMatchObject({ committedInLevel: 3, committedCount: 3 });
      expect(await run.finish("completed", 1)).toEqual({ kind: "superseded" });
      expect(await run.finish("completed", 2)).toEqual({ kind: "finished" });
    });

    test("takes another input and definition along", async () => {
      const { store } = await openStore(contract);
      const run = await failedRun(store);
      const { runId } = run;
      const former = (await run.record()).workflowHash;
      const workflow = workflowOf(["a", "b", "d", "e"], { sequential: true, maxConcurrency: 2 }, "named");
      const definition = { workflow, workflowHash: `${former}-2`, levelCount: 1, former };
      expect(await store.retryRun({ runId, epoch: 1, input: { n: 2 }, definition })).toMatchObject({ kind: "retrying" });
      const record = await run.record();
      expect(record).toMatchObject({ workflowId: "named", workflowHash: `${former}-2`, nodeCount: 4, levelCount: 1 });
      expect(record).toMatchObject({ sequential: true, maxConcurrency: 2, committedCount: 1 });
      expect(record).not.toHaveProperty("timeoutMs");
      expect(await store.readInput({ runId })).toEqual({ n: 2 });
      expect(await store.loadWorkflow({ workflowHash: `${former}-2` })).toEqual(workflow);
      expect(await store.readResults({ runId })).toEqual(new Map([["a", "kept"]]));
    });

    test("keeps a former definition that other runs follow", async () => {
      const { store } = await openStore(contract);
      const run = await failedRun(store);
      const { workflowHash: former } = await run.record();
      const other = createParams({ workflowHash: former });
      await store.createRun(other);
      const definition = { workflow: workflowOf(["a"]), workflowHash: `${former}-2`, levelCount: 1, former };
      await store.retryRun({ runId: run.runId, definition });
      expect(await store.loadWorkflow({ workflowHash: former })).toBeDefined();
    });

    test("is refused for an epoch that is over, with all that it would change", async () => {
      const { store } = await openStore(contract);
      const run = await failedRun(store);
      const { runId } = run;
      expect(await store.retryRun({ runId, epoch: 2, input: "new" })).toEqual({ kind: "conflict" });
      expect(await store.readInput({ runId })).toBeUndefined();
      expect((await run.record()).status).toBe("failed");
    });

    test("refuses what comes late of the epoch before", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"] });
      const old = await run.hold();
      await run.cancel(0);
      await run.finish("cancelled");
      await store.retryRun({ runId: run.runId });
      await run.dispatch({ ...SECOND, free: ["a"] });
      const current = await run.hold({ dispatch: 2 });
      expect(await run.commit(old)).toBe("stale");
      expect(await run.fail(old)).toBe("stale");
      expect(await run.commit({ ...current, ref: { ...current.ref, epoch: 1 } })).toBe("stale");
      expect(await run.commit(current)).toBe("committed-level");
    });

    test("retries again, epoch by epoch", async () => {
      const { store } = await openStore(contract);
      const run = await failedRun(store);
      for (const next of [2, 3]) {
        expect(await store.retryRun({ runId: run.runId })).toEqual({ kind: "retrying", dispatch: next });
        await run.cancel(0);
        expect(await run.finish("cancelled", next)).toEqual({ kind: "finished" });
      }
      expect(await run.record()).toMatchObject({ epoch: 3, status: "cancelled" });
    });

    test("answers what it cannot do", async () => {
      const { store } = await openStore(contract);
      expect(await store.retryRun({ runId: createParams().runId })).toEqual({ kind: "no-such-run" });
      const run = await startRun(store, { nodeIds: ["a"] });
      expect(await store.retryRun({ runId: run.runId })).toEqual({ kind: "conflict" });
      await run.commit(await run.hold());
      await run.finish("completed");
      expect(await store.retryRun({ runId: run.runId })).toEqual({ kind: "nothing-to-retry" });
      expect(await run.record()).toMatchObject({ status: "completed", epoch: 1 });
    });
  });
}
