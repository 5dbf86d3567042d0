import { describe, expect, test } from "vitest";
import type { AbortNotice } from "../../../src/core/ports/worker-store.ts";
import { createInbox } from "../../support/inbox.ts";
import { openStore, startRun, type RunStoreContract } from "./run-driver.ts";

const MESSAGE = "error executing node a: boom";

export function testFailAttempt(contract: RunStoreContract): void {
  describe("failAttempt", () => {
    test("has the node tried again later", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      expect(await run.fail(await run.hold(), { retryDelayMs: 60_000, code: "NODE_TIMEOUT" })).toBe("retrying");
      expect(await run.node("a")).toMatchObject({
        status: "pending",
        attempt: 1,
        error: { code: "NODE_TIMEOUT", message: MESSAGE, nodeId: "a", level: 0, attempt: 1 },
      });
      expect((await run.events("node-retrying"))[0]).toMatchObject({
        level: 0,
        nodeId: "a",
        attempt: 1,
        delayMs: 60_000,
        code: "NODE_TIMEOUT",
        message: MESSAGE,
      });
      expect((await run.record()).status).toBe("running");
    });

    test("counts crashes of the next attempt anew", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"] });
      await run.hold();
      await run.fail(await run.hold(), { retryDelayMs: 10 });
      await advance(15);
      const second = await run.hold();
      expect(second).toMatchObject({ attempt: 2, crashCount: 0 });
      const started = await run.events("node-started");
      expect(started).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
      expect((await run.node("a"))?.startedAt).toBe(started[0]?.at);
      await run.commit(second);
      expect(await run.node("a")).toMatchObject({ status: "completed", attempt: 2 });
    });

    test("lets a delay of 0 be over at once", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"] });
      await run.fail(await run.hold(), { retryDelayMs: 0 });
      expect(await run.hold()).toMatchObject({ nodeId: "a", attempt: 2 });
    });

    test("retries in a paused run too", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await store.pauseRun({ runId: run.runId });
      expect(await run.fail(claim, { retryDelayMs: 10 })).toBe("retrying");
      expect((await run.record()).status).toBe("paused");
    });

    test("fails node and run when no attempt is left", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b", "c"], options: { timeoutMs: 50_000 } });
      const claim = await run.hold();
      await run.fail(await run.hold({ lane: 1 }), { retryDelayMs: 60_000 });
      expect(await run.fail(claim, { graceMs: 30_000 })).toBe("failed-run");
      const record = await run.record();
      expect(record.status).toBe("failing");
      expect(record.cause).toEqual({ code: "NODE_FAILED", message: MESSAGE });
      const [failing] = await run.events("failing");
      expect(failing).toMatchObject({ code: "NODE_FAILED", message: MESSAGE });
      expect(record.finishBy).toBe((failing?.at ?? 0) + 30_000);
      expect(await run.node("a")).toMatchObject({
        status: "failed",
        attempt: 1,
        finishedAt: expect.any(Number),
        error: { code: "NODE_FAILED", message: MESSAGE, nodeId: "a", level: 0, attempt: 1 },
      });
      expect((await run.events("node-failed"))[0]).toMatchObject({
        level: 0,
        nodeId: "a",
        attempt: 1,
        code: "NODE_FAILED",
        message: MESSAGE,
      });
      // The waiting retry went with the run.
      expect((await run.node("b"))?.status).toBe("cancelled");
      expect(await run.node("c")).toBeUndefined();
      expect((await run.eventTypes()).slice(-2)).toContain("failing");
      expect(await run.finish("failed")).toEqual({ kind: "finished" });
    });

    test("fails a paused run", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await store.pauseRun({ runId: run.runId });
      expect(await run.fail(claim)).toBe("failed-run");
      expect((await run.record()).status).toBe("failing");
    });

    test("records further failures of a run that is stopping, and tries nothing again", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claims = [await run.hold(), await run.hold({ lane: 1 }), await run.hold({ lane: 2 })] as const;
      await run.fail(claims[0]);
      expect(await run.fail(claims[1], { retryDelayMs: 10, message: "second" })).toBe("recorded");
      expect(await run.node("b")).toMatchObject({ status: "failed", error: { message: "error executing node b: second" } });
      expect((await run.record()).cause?.message).toBe(MESSAGE);
      expect(await run.events("failing")).toHaveLength(1);
      expect(await run.events("node-failed")).toHaveLength(2);
      expect(await run.fail(claims[1])).toBe("stale");
    });

    test("answers stale to whoever does not hold the claim", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      expect(await run.fail({ ...claim, ref: { ...claim.ref, token: "other" } })).toBe("stale");
      expect(await run.fail({ ...claim, ref: { ...claim.ref, epoch: 2 } })).toBe("stale");
      await run.commit(claim);
      expect(await run.fail(claim)).toBe("stale");
      expect((await run.record()).status).toBe("running");
    });

    test("tells every process to abort the attempt, and the run when that fails", async () => {
      const { store, peer } = await openStore(contract);
      const notices = createInbox<AbortNotice>();
      const stop = await peer.onAbort(notices.put);
      const run = await startRun(store);
      const { runId } = run;
      const first = await run.hold();
      await run.fail(first, { retryDelayMs: 60_000 });
      expect(await notices.next()).toEqual({ runId, token: first.ref.token });
      const second = await run.hold();
      await run.fail(second);
      expect([await notices.next(), await notices.next()]).toEqual([{ runId, token: second.ref.token }, { runId }]);
      stop();
    });
  });
}
