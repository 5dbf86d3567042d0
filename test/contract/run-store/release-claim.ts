import { describe, expect, test } from "vitest";
import { openStore, startRun, type RunStoreContract } from "./run-driver.ts";

export function testReleaseClaim(contract: RunStoreContract): void {
  describe("releaseClaim", () => {
    test("uses no attempt and is no crash", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await run.release(claim, "worker-stopping");
      expect((await run.node("a"))?.status).toBe("pending");
      expect((await run.events("node-released"))[0]).toMatchObject({ level: 0, nodeId: "a" });
      expect(await run.commit(claim)).toBe("stale");
      expect(await run.hold({ lane: 1 })).toMatchObject({ nodeId: "a", attempt: 1, crashCount: 0 });
    });

    test("forgets no crash that came before it", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"] });
      await run.hold();
      await run.release(await run.hold(), "worker-stopping");
      expect(await run.hold()).toMatchObject({ attempt: 1, crashCount: 1 });
    });

    test("keeps the attempt of a node that failed before", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"] });
      await run.fail(await run.hold(), { retryDelayMs: 0 });
      await run.release(await run.hold(), "worker-stopping");
      expect(await run.hold()).toMatchObject({ attempt: 2, crashCount: 0 });
    });

    test("puts the node of a stopping worker first", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      await run.release(await run.hold(), "worker-stopping");
      expect((await run.hold()).nodeId).toBe("a");
    });

    test("puts a node of unknown type last, and remembers since when", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store);
      const first = await run.hold();
      expect(first).not.toHaveProperty("unknownTypeForMs");
      await run.release(first, "unknown-type");
      await advance(30);
      for (const nodeId of ["b", "c"]) {
        const claim = await run.hold();
        expect(claim.nodeId).toBe(nodeId);
        await run.commit(claim);
      }
      const again = await run.hold();
      expect(again).toMatchObject({ nodeId: "a", attempt: 1, crashCount: 0 });
      expect(again.unknownTypeForMs).toBeGreaterThanOrEqual(30);
      await run.release(again, "unknown-type");
      await advance(30);
      expect((await run.hold()).unknownTypeForMs).toBeGreaterThanOrEqual(60);
    });

    test.each(["worker-stopping", "unknown-type"] as const)(
      "puts a node of the ordered group back as its head (%s)",
      async (reason) => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { plan: { ordered: ["a", "b"], free: ["c"] } });
        await run.release(await run.hold(), reason);
        expect(await run.hold({ lane: 1 })).toMatchObject({ nodeId: "a", ordered: true });
        expect((await run.hold({ lane: 2 })).nodeId).toBe("c");
      },
    );

    test("lists a node that needs order nowhere, and remembers its type", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"] });
      await run.release(await run.hold(), "needs-order", { type: "counter" });
      expect(await store.readStatefulTypes()).toEqual(new Set(["counter"]));
      expect(await run.claim()).toEqual({ kind: "drained" });
      await run.dispatch({ dispatch: 2, expected: { dispatch: 1, level: 0 }, ordered: ["a"] });
      expect(await run.hold({ dispatch: 2 })).toMatchObject({ nodeId: "a", attempt: 1, ordered: true });
    });

    test("frees the place under maxConcurrency", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { options: { maxConcurrency: 1 } });
      await run.release(await run.hold(), "worker-stopping");
      expect((await run.hold({ lane: 1 })).nodeId).toBe("a");
    });

    test("puts the node back into its own pool", async () => {
      const { store } = await openStore(contract);
      const free = new Map([["gpu", ["a"]]]);
      const run = await startRun(store, { nodeIds: ["a"], plan: { free } });
      await run.release(await run.hold({ pool: "gpu" }), "worker-stopping", { pool: "gpu" });
      expect(await run.claim()).toEqual({ kind: "drained" });
      expect((await run.hold({ pool: "gpu", lane: 1 })).nodeId).toBe("a");
    });

    test("ends the node of a run that is stopping as cancelled", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await run.cancel();
      await run.release(claim, "run-stopped");
      expect((await run.node("a"))?.status).toBe("cancelled");
      expect((await run.events("node-cancelled"))[0]).toMatchObject({ level: 0, nodeId: "a" });
      expect(await run.finish("cancelled")).toEqual({ kind: "finished" });
    });

    test("does nothing for whoever does not hold the claim", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await run.release({ ...claim, ref: { ...claim.ref, token: "other" } }, "needs-order");
      expect(await store.readStatefulTypes()).toEqual(new Set());
      await run.commit(claim);
      await run.release(claim, "worker-stopping");
      expect((await run.node("a"))?.status).toBe("completed");
      expect(await run.events("node-released")).toEqual([]);
    });
  });
}
