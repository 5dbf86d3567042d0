import { describe, expect, test } from "vitest";
import { newRunId } from "../../../src/core/run/new-run-id.ts";
import { createInbox } from "../../support/inbox.ts";
import { createParams, createRun, driveRun, openStore, startRun, type RunStoreContract } from "./run-driver.ts";

export function testFinishRun(contract: RunStoreContract): void {
  describe("finishRun", () => {
    test("asked for behind a commit, ends a run only if that has completed its level", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"], plan: { free: ["a", "b"] } });
      const behind = (behindLevel: number) => store.finishRun({ runId: run.runId, epoch: 1, outcome: "completed", behindLevel });
      await run.commit(await run.hold());
      const held = await run.hold();
      expect(await behind(0)).toEqual({ kind: "superseded" });
      const [committed, finished] = await Promise.all([run.commit(held), behind(0)]);
      expect([committed, finished]).toEqual(["committed-level", { kind: "finished" }]);
      expect(await run.record()).toMatchObject({ status: "completed", committedCount: 2 });
      expect(await store.readStatus({ runId: run.runId })).toBe("completed");
      expect(await store.readStatus({ runId: newRunId() })).toBeUndefined();
      expect(await behind(0)).toEqual({ kind: "already-finished" });
    });

    test("asked for behind the commit of another level, ends nothing", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"], plan: { free: ["a"] } });
      await run.commit(await run.hold());
      expect(await store.finishRun({ runId: run.runId, epoch: 1, outcome: "completed", behindLevel: 1 })).toEqual({
        kind: "superseded",
      });
      expect((await run.record()).status).toBe("running");
    });

    test("completes a run, once", async () => {
      const { store, peer } = await openStore(contract);
      const finished = createInbox<string>();
      await peer.onFinished(finished.put);
      const run = await startRun(store, { nodeIds: ["a"] });
      await run.commit(await run.hold());
      expect(await run.finish("completed")).toEqual({ kind: "finished" });
      const record = await run.record();
      expect(record).toMatchObject({ status: "completed", finishedAt: expect.any(Number) });
      expect(record).not.toHaveProperty("cause");
      const [event] = await run.events("finished");
      expect(event).toMatchObject({ status: "completed", epoch: 1 });
      expect(event).not.toHaveProperty("code");
      expect(await store.readTimings({ runId: run.runId })).toEqual([
        { level: 0, startedAt: expect.any(Number), finishedAt: record.finishedAt },
      ]);
      expect(await finished.next()).toBe(run.runId);
      expect(await run.finish("completed")).toEqual({ kind: "already-finished" });
      expect(await run.finish("failed")).toEqual({ kind: "already-finished" });
      expect(await run.events("finished")).toHaveLength(1);
      expect(await run.claim({ lane: 1 })).toEqual({ kind: "stopped", status: "completed" });
    });

    test("lets one of many schedulers finish", async () => {
      const { store, peer } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"] });
      await run.commit(await run.hold());
      const drivers = Array.from({ length: 10 }, (_, i) => driveRun(i % 2 === 0 ? store : peer, run.runId));
      const kinds = await Promise.all(drivers.map(async (driver) => (await driver.finish("completed")).kind));
      expect(kinds.filter((kind) => kind === "finished")).toHaveLength(1);
      expect(await run.events("finished")).toHaveLength(1);
    });

    test("reaches an outcome only from the status before it", async () => {
      const { store } = await openStore(contract);
      const queued = await createRun(store);
      expect(await queued.finish("completed")).toEqual({ kind: "superseded" });
      const running = await startRun(store);
      expect(await running.finish("failed")).toEqual({ kind: "superseded" });
      expect(await running.finish("cancelled")).toEqual({ kind: "superseded" });
      expect(await running.finish("completed", 2)).toEqual({ kind: "superseded" });
      await running.cancel();
      expect(await running.finish("failed")).toEqual({ kind: "superseded" });
      expect(await running.finish("completed")).toEqual({ kind: "superseded" });
      expect(await driveRun(store, createParams().runId).finish("completed")).toEqual({ kind: "superseded" });
      expect((await running.record()).status).toBe("cancelling");
    });

    test.each(["completed", "failed", "cancelled"] as const)("leaves a run that nothing changes: %s", async (status) => {
      const { store, peer, advance } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"], options: { timeoutMs: 5 } });
      const { runId } = run;
      const [first, second] = [await run.hold(), await run.hold({ lane: 1 })];
      await run.commit(first, 1, [{ kind: "set", key: "k", value: 1 }]);
      if (status === "completed") await run.commit(second, 2);
      if (status === "failed") await run.fail(second);
      if (status === "cancelled") await run.cancel(0);
      expect(await run.finish(status)).toEqual({ kind: "finished" });

      const look = async () => ({
        record: await run.record(),
        nodes: await store.readNodes({ runId }),
        results: await store.readResults({ runId }),
        events: await run.events(),
        timings: await store.readTimings({ runId }),
      });
      const before = await look();
      await advance(10);
      const late = driveRun(peer, runId);
      const change = [{ kind: "set", key: "k", value: 2 }] as const;
      for (const claim of [first, second]) {
        expect(await late.commit(claim, 3, change)).toBe("stale");
        expect(await late.fail(claim)).toBe("stale");
        await late.release(claim, "worker-stopping");
        await peer.reportProgress({ claim: claim.ref, fraction: 0.5 });
      }
      expect(await late.claim()).toEqual({ kind: "stopped", status });
      expect(await late.dispatch({ level: 1, free: ["a"] })).toEqual({ kind: "finished" });
      for (const outcome of ["completed", "failed", "cancelled"] as const)
        expect(await late.finish(outcome)).toEqual({ kind: "already-finished" });
      await late.cancel();
      await peer.failRun({ runId, cause: { code: "RUN_TIMEOUT", message: "late" }, graceMs: 0 });
      await peer.pauseRun({ runId });
      await peer.resumeRun({ runId });
      expect((await peer.takeDeadlines({ limit: 10 })).due).toEqual([]);
      // Refusals are counted, outside of what a run's readers see.
      expect(await look()).toEqual(before);
    });

    test("waits for live claims within the grace", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await run.fail(await run.hold({ lane: 1 }), { graceMs: 50_000 });
      const outcome = await run.finish("failed");
      if (outcome.kind !== "claims-live") throw new Error(`finishRun answered ${outcome.kind}`);
      expect(outcome.remainingMs).toBeLessThanOrEqual(50_000);
      expect(outcome.remainingMs).toBeGreaterThan(25_000);
      expect(await run.fail(claim)).toBe("recorded");
      expect(await run.finish("failed")).toEqual({ kind: "finished" });
      expect((await run.events("finished"))[0]).toMatchObject({
        status: "failed",
        code: "NODE_FAILED",
        message: "error executing node b: boom",
      });
    });

    test("ends without the claims whose grace is over", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await run.cancel(50);
      expect(await run.finish("cancelled")).toMatchObject({ kind: "claims-live" });
      await advance(60);
      expect(await run.finish("cancelled")).toEqual({ kind: "finished" });
      expect(await run.node("a")).toMatchObject({ status: "cancelled" });
      expect(await run.commit(claim)).toBe("stale");
      expect(await run.fail(claim)).toBe("stale");
      const record = await run.record();
      expect(record).toMatchObject({ status: "cancelled", committedCount: 0, cause: { code: "RUN_CANCELLED" } });
      expect(record).not.toHaveProperty("finishBy");
    });

    test("waits for none if the grace is 0", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      await run.hold();
      await run.cancel(0);
      expect(await run.finish("cancelled")).toEqual({ kind: "finished" });
    });

    test("answers no listener that has stopped listening", async () => {
      const { store, peer } = await openStore(contract);
      const [stopped, listening] = [createInbox<string>(), createInbox<string>()];
      const stop = await peer.onFinished(stopped.put);
      await peer.onFinished(listening.put);
      stop();
      const run = await createRun(store);
      await run.cancel(0);
      await run.finish("cancelled");
      expect(await listening.next()).toBe(run.runId);
      expect(stopped.waiting).toEqual([]);
    });
  });
}
