import { describe, expect, test } from "vitest";
import type { AbortNotice } from "../../../src/core/ports/worker-store.ts";
import { createInbox } from "../../support/inbox.ts";
import { createParams, createRun, driveRun, openStore, startRun, type RunDriver, type RunStoreContract } from "./run-driver.ts";
import type { RunStore } from "../../../src/core/ports/run-store.ts";

const CAUSE = { code: "RUN_TIMEOUT", message: "run took longer than 5 ms" } as const;

/** The two ways to stop a run from outside, which differ only in their words. */
function waysToStop(store: RunStore) {
  const failRun = (runId: string, graceMs: number) => store.failRun({ runId, cause: CAUSE, graceMs });
  const cancelRun = (runId: string, graceMs: number) => store.cancelRun({ runId, graceMs });
  const cancelled = ({ runId }: RunDriver) => ({ code: "RUN_CANCELLED", message: `run ${runId} was cancelled` });
  return {
    failRun: { stop: failRun, stopping: "failing", final: "failed", causeOf: (_: RunDriver) => CAUSE },
    cancelRun: { stop: cancelRun, stopping: "cancelling", final: "cancelled", causeOf: cancelled },
  } as const;
}

export function testStopRun(contract: RunStoreContract): void {
  describe.each(["failRun", "cancelRun"] as const)("%s", (name) => {
    test("stops a running run", async () => {
      const { store, peer } = await openStore(contract);
      const { stop, stopping, causeOf } = waysToStop(store)[name];
      const notices = createInbox<AbortNotice>();
      await peer.onAbort(notices.put);
      const run = await startRun(store);
      const cause = causeOf(run);
      const claim = await run.hold();
      await run.fail(await run.hold({ lane: 1 }), { retryDelayMs: 60_000 });
      expect(await stop(run.runId, 40_000)).toBe("stopping");
      const record = await run.record();
      expect(record).toMatchObject({ status: stopping, cause });
      const [event] = await run.events(stopping);
      expect(event).toMatchObject({ code: cause.code, message: cause.message });
      expect(record.finishBy).toBe((event?.at ?? 0) + 40_000);
      expect((await run.node("a"))?.status).toBe("running");
      expect((await run.node("b"))?.status).toBe("cancelled");
      expect(await notices.find((notice) => notice.token === undefined)).toEqual({ runId: run.runId });
      expect(await run.commit(claim)).toBe("run-stopped");
    });

    test.each(["queued", "paused"] as const)("stops a run that is %s", async (status) => {
      const { store } = await openStore(contract);
      const { stop, stopping } = waysToStop(store)[name];
      const run = await createRun(store);
      if (status === "paused") await store.pauseRun({ runId: run.runId });
      expect(await stop(run.runId, 1_000)).toBe("stopping");
      expect((await run.record()).status).toBe(stopping);
    });

    test("leaves the first cause as it is", async () => {
      const { store } = await openStore(contract);
      const { stop, stopping, final } = waysToStop(store)[name];
      const run = await startRun(store);
      await stop(run.runId, 1_000);
      const before = await run.record();
      expect(await run.cancel()).toBe("already-stopping");
      expect(await store.failRun({ runId: run.runId, cause: { code: "NODE_FAILED", message: "x" }, graceMs: 1 })).toBe(
        "already-stopping",
      );
      expect(await run.record()).toEqual(before);
      expect(before.status).toBe(stopping);
      await run.finish(final);
      expect(await stop(run.runId, 1_000)).toBe("finished");
    });

    test("knows no run of that id", async () => {
      const { store } = await openStore(contract);
      expect(await waysToStop(store)[name].stop(createParams().runId, 1_000)).toBe("no-such-run");
    });
  });

  describe("onAbort", () => {
    test("tells no more once told to stop", async () => {
      const { store, peer } = await openStore(contract);
      const [stopped, listening] = [createInbox<AbortNotice>(), createInbox<AbortNotice>()];
      const stop = await peer.onAbort(stopped.put);
      await peer.onAbort(listening.put);
      stop();
      const run = await createRun(store);
      await driveRun(store, run.runId).cancel();
      expect(await listening.next()).toEqual({ runId: run.runId });
      expect(stopped.waiting).toEqual([]);
    });
  });
}
