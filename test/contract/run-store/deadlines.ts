import { describe, expect, test } from "vitest";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import { createInbox } from "../../support/inbox.ts";
import { createRun, openStore, startRun, type RunStoreContract, type StoreUnderTest } from "./run-driver.ts";

const take = async (store: RunStore, limit = 100) => (await store.takeDeadlines({ limit })).due;

export function testDeadlines(contract: RunStoreContract): void {
  describe("takeDeadlines", () => {
    test("answers a run's timeout, counted from its first dispatch", async () => {
      const { store, advance } = await openStore(contract);
      const run = await createRun(store, { options: { timeoutMs: 1_000 } });
      await advance(1_010);
      expect(await take(store)).toEqual([]);
      await run.dispatch({ free: ["a"] });
      expect(await take(store)).toEqual([]);
      await advance(1_010);
      expect(await take(store)).toEqual([{ kind: "run", runId: run.runId }]);
    });

    test("answers in how many ms the next one passes", async () => {
      const { store, advance } = await openStore(contract);
      const nextInMs = async () => (await store.takeDeadlines({ limit: 1 })).nextInMs ?? Infinity;
      expect(await nextInMs()).toBe(Infinity);
      for (const timeoutMs of [90_000, 60_000]) await startRun(store, { options: { timeoutMs } });
      expect(await nextInMs()).toSatisfy((ms) => ms > 30_000 && ms <= 60_000);
      for (let count = 0; count < 2; count += 1) await startRun(store, { options: { timeoutMs: 1 } });
      await advance(10);
      // One is more than was asked for.
      expect(await nextInMs()).toBe(0);
      // By now both are put off by a second.
      expect(await nextInMs()).toSatisfy((ms) => ms > 0 && ms <= 1_000);
    });

    test("answers a deadline to one of many schedulers", async () => {
      const { store, peer, advance } = await openStore(contract);
      await startRun(store, { options: { timeoutMs: 20 } });
      await advance(30);
      const taken = await Promise.all([store, peer, store, peer].map((each) => take(each)));
      expect(taken.flat()).toHaveLength(1);
    });

    test.runIf(contract.isClockManual)("answers it again after a second, until its subject has ended", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { options: { timeoutMs: 20 } });
      await advance(20);
      expect(await take(store)).toHaveLength(1);
      await advance(999);
      expect(await take(store)).toEqual([]);
      await advance(1);
      expect(await take(store)).toHaveLength(1);
      await run.cancel(10_000);
      await advance(2_000);
      expect(await take(store)).toEqual([]);
      await advance(8_000);
      expect(await take(store)).toEqual([{ kind: "finish", runId: run.runId }]);
      await run.finish("cancelled");
      await advance(60_000);
      expect(await take(store)).toEqual([]);
    });

    test("arms the timeout of a new epoch with its own first dispatch", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { options: { timeoutMs: 1_000 } });
      await run.cancel(0);
      await run.finish("cancelled");
      await advance(1_010);
      expect(await take(store)).toEqual([]);
      await store.retryRun({ runId: run.runId });
      await run.dispatch({ dispatch: 2, epoch: 2, expected: { dispatch: 2, level: -1 }, free: ["a"] });
      expect(await take(store)).toEqual([]);
      await advance(1_010);
      expect(await take(store)).toEqual([{ kind: "run", runId: run.runId }]);
    });

    test("answers the end of a stopping run's grace, not its timeout", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { options: { timeoutMs: 30 } });
      await run.fail(await run.hold(), { graceMs: 40 });
      await advance(50);
      expect(await take(store)).toEqual([{ kind: "finish", runId: run.runId }]);
    });

    test("answers an attempt's timeout with all that failing it takes", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"] });
      await run.fail(await run.hold(), { retryDelayMs: 0 });
      const claim = await run.hold();
      const { runId, nodeId, token } = claim.ref;
      await store.armTimeout({ claim: claim.ref, timeoutMs: 30 });
      await advance(40);
      expect(await take(store)).toEqual([{ kind: "node", runId, nodeId, token, attempt: 2 }]);
    });

    test("answers none for an attempt that has ended", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b", "c", "d", "e"] });
      const claims = [];
      for (let lane = 0; lane < 5; lane += 1) {
        const claim = await run.hold({ lane });
        await store.armTimeout({ claim: claim.ref, timeoutMs: 20 });
        claims.push(claim);
      }
      const [committed, retried, released, lost, failed] = claims;
      if (!committed || !retried || !released || !lost || !failed) throw new Error("claims are missing");
      await run.commit(committed);
      await run.fail(retried, { retryDelayMs: 60_000 });
      await run.release(released, "worker-stopping");
      await run.hold({ lane: 3 });
      await run.fail(failed, { graceMs: 60_000 });
      await advance(30);
      expect(await take(store)).toEqual([]);
    });

    test("arms no timeout for whoever does not hold the claim", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await store.armTimeout({ claim: { ...claim.ref, token: "other" }, timeoutMs: 1 });
      await store.armTimeout({ claim: { ...claim.ref, epoch: 2 }, timeoutMs: 1 });
      await advance(10);
      expect(await take(store)).toEqual([]);
    });

    test("answers none for claims that a new issuing superseded", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"] });
      await store.armTimeout({ claim: (await run.hold()).ref, timeoutMs: 1 });
      await run.dispatch({ dispatch: 2, expected: { dispatch: 1, level: 0 }, free: ["a"] });
      await advance(10);
      expect(await take(store)).toEqual([]);
    });

    test("lets a paused run's timeout stand still", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { options: { timeoutMs: 1_000 } });
      await store.pauseRun({ runId: run.runId });
      await advance(1_010);
      expect(await take(store)).toEqual([]);
      await store.resumeRun({ runId: run.runId });
      expect(await take(store)).toEqual([]);
      await advance(1_010);
      expect(await take(store)).toEqual([{ kind: "run", runId: run.runId }]);
    });

    test.runIf(contract.isClockManual)("answers the timeouts of a paused run's nodes again once it goes on", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store);
      await store.armTimeout({ claim: (await run.hold()).ref, timeoutMs: 10 });
      await store.pauseRun({ runId: run.runId });
      // The scheduler leaves these alone: the store need not know which runs are paused.
      await advance(20);
      await take(store);
      await store.resumeRun({ runId: run.runId });
      await advance(1_000);
      expect(await take(store)).toMatchObject([{ kind: "node", nodeId: "a" }]);
    });

    test("counts an attempt's timeout that is armed during a pause from its end", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await store.pauseRun({ runId: run.runId });
      await store.armTimeout({ claim: claim.ref, timeoutMs: 20 });
      await advance(30);
      expect(await take(store)).toEqual([]);
      await store.resumeRun({ runId: run.runId });
      await advance(30);
      expect(await take(store)).toMatchObject([{ kind: "node", nodeId: "a" }]);
    });

    test("answers the earliest first, at most as many as asked for", async () => {
      const { store, advance } = await openStore(contract);
      const late = await startRun(store, { options: { timeoutMs: 40 } });
      const early = await startRun(store, { options: { timeoutMs: 10 } });
      await advance(60);
      expect(await take(store, 1)).toEqual([{ kind: "run", runId: early.runId }]);
      expect(await take(store, 1)).toEqual([{ kind: "run", runId: late.runId }]);
      expect(await take(store, 1)).toEqual([]);
    });
  });

  describe("onDeadline", () => {
    const LATER_MS = 60_000;

    async function listen(stores: StoreUnderTest) {
      const told = createInbox<number>();
      const stop = await stores.peer.onDeadline(told.put);
      return { told, stop };
    }

    test.each<[string, (store: RunStore) => Promise<unknown>]>([
      ["a run's timeout", (store) => startRun(store, { options: { timeoutMs: 900 } })],
      [
        "the timeout of an attempt",
        async (store) => {
          const run = await startRun(store, { options: { timeoutMs: LATER_MS } });
          await store.armTimeout({ claim: (await run.hold()).ref, timeoutMs: 900 });
        },
      ],
      ["the end of a grace", async (store) => store.cancelRun({ runId: (await startRun(store)).runId, graceMs: 900 })],
      [
        "the end of a failing run's grace",
        async (store) => {
          const run = await startRun(store, { options: { timeoutMs: LATER_MS } });
          await run.fail(await run.hold(), { graceMs: 900 });
        },
      ],
    ])("tells of %s that is about to pass", async (_what, set) => {
      const stores = await openStore(contract);
      const { told } = await listen(stores);
      await set(stores.store);
      expect(await told.next()).toBe(900);
    });

    test("tells of those that stood still", async () => {
      const stores = await openStore(contract);
      const { store } = stores;
      const run = await startRun(store, { options: { timeoutMs: 900 } });
      await store.armTimeout({ claim: (await run.hold()).ref, timeoutMs: 900 });
      await store.pauseRun({ runId: run.runId });
      const { told } = await listen(stores);
      await store.resumeRun({ runId: run.runId });
      for (let count = 0; count < 2; count += 1) expect(await told.next()).toSatisfy((ms: number) => ms >= 0 && ms <= 900);
    });

    test("tells of none that schedulers come to by themselves, and no more once told to stop", async () => {
      const stores = await openStore(contract);
      const [heard, stopped] = [await listen(stores), await listen(stores)];
      await startRun(stores.store, { options: { timeoutMs: DEFAULTS.deadlineNoticeMs } });
      stopped.stop();
      await startRun(stores.store, { options: { timeoutMs: DEFAULTS.deadlineNoticeMs - 1 } });
      expect(await heard.told.next()).toBe(DEFAULTS.deadlineNoticeMs - 1);
      expect(heard.told.waiting).toEqual([]);
      expect(stopped.told.waiting).toEqual([]);
    });
  });
}
