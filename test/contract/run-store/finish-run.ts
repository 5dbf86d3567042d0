import { describe, expect, test } from "vitest";
import { createInbox } from "../../support/inbox.ts";
import { createParams, createRun, driveRun, openStore, startRun, type RunStoreContract } from "./run-driver.ts";

export function testFinishRun(contract: RunStoreContract): void {
  describe("finishRun", () => {
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
