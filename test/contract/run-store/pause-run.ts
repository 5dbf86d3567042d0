import { describe, expect, test } from "vitest";
import { createParams, createRun, openStore, startRun, type RunStoreContract } from "./run-driver.ts";

export function testPauseRun(contract: RunStoreContract): void {
  describe("pauseRun and resumeRun", () => {
    test("park a run and take it up under a new dispatch", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const { runId } = run;
      expect(await store.pauseRun({ runId })).toBe("paused");
      expect((await run.record()).status).toBe("paused");
      expect(await store.resumeRun({ runId })).toEqual({ kind: "resumed", dispatch: 2 });
      expect(await run.record()).toMatchObject({ status: "running", dispatch: 2, plannedDispatch: 1, level: 0 });
      expect((await run.eventTypes()).slice(-2)).toEqual(["paused", "resumed"]);
    });

    test("leave a run that has not started queued", async () => {
      const { store } = await openStore(contract);
      const run = await createRun(store);
      await store.pauseRun({ runId: run.runId });
      expect(await store.resumeRun({ runId: run.runId })).toEqual({ kind: "resumed", dispatch: 2 });
      expect(await run.record()).toMatchObject({ status: "queued", dispatch: 2, level: -1 });
      expect(await run.dispatch({ dispatch: 2, expected: { dispatch: 2, level: -1 }, free: ["a"] })).toMatchObject({
        kind: "advanced",
      });
      expect(await run.record()).toMatchObject({ status: "running", dispatch: 2, level: 0 });
    });

    test("let running nodes commit, before and after the run goes on", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claims = [await run.hold(), await run.hold({ lane: 1 })] as const;
      await store.pauseRun({ runId: run.runId });
      expect(await run.commit(claims[0])).toBe("committed");
      await store.resumeRun({ runId: run.runId });
      expect(await run.claim({ lane: 2 })).toEqual({ kind: "superseded" });
      expect(await run.commit(claims[1])).toBe("committed");
    });

    test("answer what they cannot do", async () => {
      const { store } = await openStore(contract);
      const missing = createParams().runId;
      expect(await store.pauseRun({ runId: missing })).toBe("no-such-run");
      expect(await store.resumeRun({ runId: missing })).toEqual({ kind: "no-such-run" });
      const run = await startRun(store);
      const { runId } = run;
      expect(await store.resumeRun({ runId })).toEqual({ kind: "not-paused" });
      await store.pauseRun({ runId });
      expect(await store.pauseRun({ runId })).toBe("already-paused");
      await run.cancel();
      expect(await store.pauseRun({ runId })).toBe("conflict");
      expect(await store.resumeRun({ runId })).toEqual({ kind: "conflict" });
      await run.finish("cancelled");
      expect(await store.pauseRun({ runId })).toBe("conflict");
      expect(await store.resumeRun({ runId })).toEqual({ kind: "conflict" });
      expect((await run.record()).dispatch).toBe(1);
    });
  });
}
