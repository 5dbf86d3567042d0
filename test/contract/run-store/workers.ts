import { describe, expect, test } from "vitest";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { HOSTILE_TEXTS } from "../../support/hostile-texts.ts";
import { createParams, openStore, startRun, type RunStoreContract } from "./run-driver.ts";

const WORKER = { worker: "worker-1", pool: "default", types: ["http", "test"], claims: [] };

export function testWorkers(contract: RunStoreContract): void {
  describe("heartbeat", () => {
    test("answers the tokens of claims that are lost", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const kept = await run.hold();
      const committed = await run.hold({ lane: 1 });
      await run.commit(committed);
      const lost = await run.hold({ lane: 2 });
      await run.hold({ lane: 2 });
      const missing = { ...kept.ref, runId: createParams().runId, token: "none" };
      const claims = [lost.ref, kept.ref, committed.ref, missing];
      expect(await store.heartbeat({ ...WORKER, claims })).toEqual([lost.ref.token, committed.ref.token, "none"]);
      expect(await store.heartbeat({ ...WORKER, claims: [{ ...kept.ref, epoch: 2 }] })).toEqual([kept.ref.token]);
      expect(await store.heartbeat(WORKER)).toEqual([]);
    });

    test("answers those whose run is stopping, not those whose run is paused", async () => {
      const { store } = await openStore(contract);
      const paused = await startRun(store);
      const stopping = await startRun(store);
      const claims = [(await paused.hold()).ref, (await stopping.hold()).ref];
      await store.pauseRun({ runId: paused.runId });
      await stopping.cancel();
      expect(await store.heartbeat({ ...WORKER, claims })).toEqual([claims[1]?.token]);
    });
  });

  test("heartbeat answers those that run ahead in a run that takes no results, or of an earlier epoch", async () => {
    const { store } = await openStore(contract);
    const [running, paused, stopping, waiting] = [
      await startRun(store),
      await startRun(store),
      await startRun(store),
      createParams(),
    ];
    await store.createRun(waiting);
    await store.pauseRun({ runId: paused.runId });
    await stopping.cancel();
    const ref = (runId: string, epoch = 1) => ({ runId, epoch, nodeId: "ahead", token: `${runId} ${String(epoch)}` });
    const refs = [ref(running.runId), ref(paused.runId), ref(stopping.runId), ref(waiting.runId), ref(running.runId, 2)];
    const missing = ref(createParams().runId);
    const claims = [(await running.hold()).ref];
    const lost = await store.heartbeat({ ...WORKER, claims, ahead: [...refs, missing] });
    expect(lost).toEqual([refs[2], refs[4], missing].map((one) => one?.token));
  });

  describe("countWorkers", () => {
    test("counts the live workers of a pool, each once", async () => {
      const { store, peer } = await openStore(contract);
      expect(await store.countWorkers({ pool: "default" })).toBe(0);
      await store.heartbeat(WORKER);
      await store.heartbeat(WORKER);
      await peer.heartbeat({ ...WORKER, worker: "worker-2" });
      await store.heartbeat({ ...WORKER, worker: "worker-3", pool: "gpu" });
      expect(await store.countWorkers({ pool: "default" })).toBe(2);
      expect(await store.countWorkers({ pool: "gpu" })).toBe(1);
      await store.removeWorker({ worker: "worker-1" });
      expect(await peer.countWorkers({ pool: "default" })).toBe(1);
    });
  });

  describe("listProcesses", () => {
    test("lists workers and schedulers with what they last told, by id", async () => {
      const { store, peer } = await openStore(contract);
      expect(await store.listProcesses()).toEqual({ workers: [], schedulers: [] });
      const run = await startRun(store);
      const claims = [(await run.hold()).ref];
      await store.heartbeat({ ...WORKER, worker: "worker-2", pool: "gpu" });
      await store.heartbeat({ ...WORKER, version: "1.2.3", concurrency: 8 });
      await store.heartbeat({ ...WORKER, version: "1.2.3", concurrency: 8, claims });
      await store.announceScheduler({ scheduler: "scheduler-1", version: "1.2.4" });
      await store.announceScheduler({ scheduler: "scheduler-0" });
      const { workers, schedulers } = await peer.listProcesses();
      const { types } = WORKER;
      expect(workers).toMatchObject([
        { id: "worker-1", pool: "default", types, version: "1.2.3", concurrency: 8, running: 1 },
        { id: "worker-2", pool: "gpu", types, running: 0 },
      ]);
      expect(schedulers).toMatchObject([{ id: "scheduler-0" }, { id: "scheduler-1", version: "1.2.4" }]);
      for (const { silentMs } of [...workers, ...schedulers]) expect(silentMs).toBeLessThan(DEFAULTS.workerTtlMs);
    });

    test("forgets those that were removed", async () => {
      const { store } = await openStore(contract);
      await store.heartbeat(WORKER);
      await store.announceScheduler({ scheduler: "scheduler-1" });
      await store.removeWorker({ worker: "worker-1" });
      await store.removeScheduler({ scheduler: "scheduler-1" });
      await store.removeScheduler({ scheduler: "scheduler-1" });
      expect(await store.listProcesses()).toEqual({ workers: [], schedulers: [] });
    });
  });

  describe("isTypeServed", () => {
    test("knows the types of live workers by their pool", async () => {
      const { store, peer } = await openStore(contract);
      expect(await store.isTypeServed({ type: "http", pool: "default" })).toBe(false);
      await store.heartbeat(WORKER);
      expect(await peer.isTypeServed({ type: "http", pool: "default" })).toBe(true);
      expect(await store.isTypeServed({ type: "http", pool: "gpu" })).toBe(false);
      expect(await store.isTypeServed({ type: "other", pool: "default" })).toBe(false);
    });

    test("forgets a worker that was removed, and types that it no longer has", async () => {
      const { store } = await openStore(contract);
      await store.heartbeat(WORKER);
      await store.heartbeat({ ...WORKER, worker: "worker-2", types: ["other"] });
      await store.heartbeat({ ...WORKER, types: ["test"] });
      expect(await store.isTypeServed({ type: "http", pool: "default" })).toBe(false);
      await store.removeWorker({ worker: "worker-1" });
      await store.removeWorker({ worker: "worker-1" });
      expect(await store.isTypeServed({ type: "test", pool: "default" })).toBe(false);
      expect(await store.isTypeServed({ type: "other", pool: "default" })).toBe(true);
    });

    test("tells types apart whatever text they are", async () => {
      const { store } = await openStore(contract);
      for (const [i, text] of HOSTILE_TEXTS.entries()) {
        expect(await store.isTypeServed({ type: text, pool: "default" })).toBe(false);
        await store.heartbeat({ ...WORKER, worker: `worker-${i}`, types: [text] });
        expect(await store.isTypeServed({ type: text, pool: "default" })).toBe(true);
      }
    });

    test.runIf(contract.isClockManual)("takes a worker for gone after workerTtlMs of silence", async () => {
      const { store, advance } = await openStore(contract);
      await store.heartbeat(WORKER);
      await advance(DEFAULTS.workerTtlMs - 1);
      expect(await store.isTypeServed({ type: "http", pool: "default" })).toBe(true);
      await advance(2);
      expect(await store.isTypeServed({ type: "http", pool: "default" })).toBe(false);
      expect(await store.countWorkers({ pool: "default" })).toBe(0);
      await store.announceScheduler({ scheduler: "scheduler-1" });
      await advance(DEFAULTS.workerTtlMs + 1);
      expect(await store.listProcesses()).toEqual({ workers: [], schedulers: [] });
      await store.heartbeat(WORKER);
      expect(await store.isTypeServed({ type: "http", pool: "default" })).toBe(true);
    });
  });

  describe("registerStatefulTypes", () => {
    test("collects types of any name", async () => {
      const { store, peer } = await openStore(contract);
      expect(await store.readStatefulTypes()).toEqual(new Set());
      await store.registerStatefulTypes([]);
      await store.registerStatefulTypes(["counter", "variable"]);
      await store.registerStatefulTypes(["counter", ...HOSTILE_TEXTS]);
      expect(await peer.readStatefulTypes()).toEqual(new Set(["counter", "variable", ...HOSTILE_TEXTS]));
    });
  });

  describe("reportProgress", () => {
    test("writes an event while the claim holds", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await store.reportProgress({ claim: claim.ref, fraction: 0.25, note: "a \ud800 note" });
      await store.reportProgress({ claim: claim.ref, fraction: 1 });
      await store.reportProgress({ claim: { ...claim.ref, token: "other" }, fraction: 0.5 });
      await store.reportProgress({ claim: { ...claim.ref, epoch: 2 }, fraction: 0.5 });
      await run.commit(claim);
      await store.reportProgress({ claim: claim.ref, fraction: 0.75 });
      const events = await run.events("node-progress");
      expect(events).toMatchObject([
        { level: 0, nodeId: "a", fraction: 0.25, message: "a \ud800 note" },
        { level: 0, nodeId: "a", fraction: 1 },
      ]);
      expect(events).toHaveLength(2);
      expect(events[1]).not.toHaveProperty("message");
    });
  });
}
