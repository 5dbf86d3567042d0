import { describe, expect, test } from "vitest";
import { createParams, openStore, startRun, type RunStoreContract } from "./run-driver.ts";

export function testCommitNode(contract: RunStoreContract): void {
  describe("commitNode", () => {
    test("stores the result with counters, record and event", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"] });
      const { runId } = run;
      expect(await run.commit(await run.hold(), { sum: 1 })).toBe("committed");
      expect(await store.readResults({ runId })).toEqual(new Map([["a", { sum: 1 }]]));
      expect(await store.readInputs({ runId, nodeIds: ["b", "a", "a"] })).toEqual([undefined, '{"sum":1}', '{"sum":1}']);
      expect(await store.readCommitted({ runId, nodeIds: ["a", "b"] })).toEqual(new Set(["a"]));
      expect(await run.record()).toMatchObject({ status: "running", committedInLevel: 1, committedCount: 1 });
      expect(await run.node("a")).toMatchObject({ status: "completed", attempt: 1, finishedAt: expect.any(Number) });
      expect((await run.events("node-completed"))[0]).toMatchObject({ level: 0, nodeId: "a", attempt: 1 });
      expect((await run.hold()).nodeId).toBe("b");
    });

    test("tells of nodes that are started and committed together one by one", async () => {
      const { store } = await openStore(contract);
      const nodeIds = ["a", "b", "c", '"d'];
      const run = await startRun(store, { nodeIds });
      const claims = await Promise.all(nodeIds.map((_, lane) => run.hold({ lane })));
      await Promise.all(claims.map((claim) => run.commit(claim)));
      const events = await run.events();
      for (const type of ["node-started", "node-completed"]) {
        expect(events.filter((event) => event.type === type).map(({ nodeId }) => nodeId)).toEqual(nodeIds);
      }
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      for (const limit of [1, 2, 3]) {
        const read: unknown[] = [];
        for (let after: string | undefined; ;) {
          const page = await store.readEvents({ runId: run.runId, limit, ...(after === undefined ? {} : { after }) });
          if (page.length === 0) break;
          expect(page.length).toBeLessThanOrEqual(limit);
          read.push(...page);
          after = page.at(-1)?.id;
        }
        expect(read).toEqual(events);
      }
    });

    test.each([1, 7, 100, 1_000])("tells of what happened in pages of %i, however much it was", async (limit) => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b", "c"] });
      const { runId } = run;
      for (let i = 0; i < 60; i += 1) {
        await store.pauseRun({ runId });
        await store.resumeRun({ runId });
      }
      const events: unknown[] = [];
      for (let after: string | undefined; ;) {
        const page = await store.readEvents({ runId, limit, ...(after === undefined ? {} : { after }) });
        events.push(...page);
        if (page.length < limit) break;
        after = page.at(-1)?.id;
      }
      expect(events.length).toBeGreaterThan(120);
      expect(events).toEqual(await store.readEvents({ runId, limit: 10_000 }));
    });

    test("answers stale to whoever does not hold the claim", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      expect(await run.commit({ ...claim, ref: { ...claim.ref, token: "other" } })).toBe("stale");
      expect(await run.commit({ ...claim, ref: { ...claim.ref, token: "" } })).toBe("stale");
      expect(await run.commit({ ...claim, ref: { ...claim.ref, epoch: 2 } })).toBe("stale");
      expect(await run.commit({ ...claim, ref: { ...claim.ref, nodeId: "b" } })).toBe("stale");
      expect(await run.commit({ ...claim, ref: { ...claim.ref, runId: createParams().runId } })).toBe("stale");
      expect(await run.commit(claim, 1)).toBe("committed");
      expect(await run.commit(claim, 2)).toBe("stale");
      expect(await store.readResults({ runId: run.runId })).toEqual(new Map([["a", 1]]));
      expect(await run.record()).toMatchObject({ committedCount: 1 });
    });

    test("answers stale for a node that waits for a retry", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await run.fail(claim, { retryDelayMs: 60_000 });
      expect(await run.commit(claim)).toBe("stale");
      expect(await run.commit({ ...claim, ref: { ...claim.ref, token: "" } })).toBe("stale");
    });

    test("takes results of a paused run", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await store.pauseRun({ runId: run.runId });
      expect(await run.commit(claim)).toBe("committed");
      expect(await run.record()).toMatchObject({ status: "paused", committedCount: 1 });
    });

    test.each(["failing", "cancelling"] as const)("refuses results of a run that is %s", async (status) => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      if (status === "cancelling") await run.cancel();
      else await run.fail(await run.hold({ lane: 1 }));
      expect(await run.commit(claim, 1, [{ kind: "set", key: "k", value: 1 }])).toBe("run-stopped");
      expect(await store.readResults({ runId: run.runId })).toEqual(new Map());
      expect(await store.readState({ runId: run.runId, keys: ["k"] })).toEqual([{ kind: "absent" }]);
      expect(await run.record()).toMatchObject({ status, committedCount: 0 });
      // Its claim has ended with that: nothing is left to wait for.
      expect(await run.finish(status === "failing" ? "failed" : "cancelled")).toEqual({ kind: "finished" });
      expect((await run.node("a"))?.status).toBe("cancelled");
    });

    test("gives each reader a value of its own", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const { runId } = run;
      const value = { list: [1] };
      await run.commit(await run.hold(), value, [{ kind: "set", key: "k", value }]);
      value.list.push(2);
      for (let i = 0; i < 2; i += 1) {
        const result = (await store.readResults({ runId })).get("a") as { list: number[] };
        expect(result).toEqual({ list: [1] });
        result.list.length = 0;
        const [entry] = await store.readState({ runId, keys: ["k"] });
        expect(entry).toEqual({ kind: "present", value: { list: [1] } });
        if (entry?.kind === "present") (entry.value as { list: number[] }).list.length = 0;
      }
    });

    test("keeps results of every kind as their JSON text", async () => {
      const { store } = await openStore(contract);
      const values = [
        null,
        true,
        0,
        -1.5e-300,
        1e300,
        9007199254740992,
        "",
        "\ud800 \u0000 é😀",
        [],
        {},
        [[null]],
        { ["__proto__"]: [1] },
      ];
      const nodeIds = values.map((_, i) => `n${String(i).padStart(2, "0")}`);
      const run = await startRun(store, { nodeIds });
      for (const value of values) await run.commit(await run.hold(), value);
      const results = await store.readResults({ runId: run.runId });
      const texts = await store.readInputs({ runId: run.runId, nodeIds });
      for (const [i, id] of nodeIds.entries()) {
        expect(texts[i]).toBe(JSON.stringify(values[i]));
        expect(JSON.stringify(results.get(id))).toBe(JSON.stringify(values[i]));
      }
    });
  });

  describe("shared state", () => {
    test("takes changes with the commit, in their order", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const keys = ["k", "gone", "kept"];
      const claim = await run.hold();
      expect(await store.readState({ runId: run.runId, keys })).toEqual(keys.map(() => ({ kind: "absent" })));
      await run.commit(claim, null, [
        { kind: "set", key: "k", value: 1 },
        { kind: "set", key: "gone", value: 1 },
        { kind: "delete", key: "gone" },
        { kind: "delete", key: "kept" },
        { kind: "set", key: "kept", value: null },
      ]);
      expect(await store.readState({ runId: run.runId, keys })).toEqual([
        { kind: "present", value: 1 },
        { kind: "absent" },
        { kind: "present", value: null },
      ]);
      await run.commit(await run.hold(), null, [
        { kind: "set", key: "k", value: [2] },
        { kind: "delete", key: "kept" },
      ]);
      expect(await store.readState({ runId: run.runId, keys: ["kept", "k", "k"] })).toEqual([
        { kind: "absent" },
        { kind: "present", value: [2] },
        { kind: "present", value: [2] },
      ]);
    });

    test("belongs to one run", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const other = await startRun(store);
      await run.commit(await run.hold(), null, [{ kind: "set", key: "k", value: 1 }]);
      expect(await store.readState({ runId: other.runId, keys: ["k"] })).toEqual([{ kind: "absent" }]);
    });

    test("takes no change of a commit that is refused", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const claim = await run.hold();
      await run.hold();
      expect(await run.commit(claim, null, [{ kind: "set", key: "k", value: 1 }])).toBe("stale");
      expect(await store.readState({ runId: run.runId, keys: ["k"] })).toEqual([{ kind: "absent" }]);
    });

    test("lets thousands of entries be read at once", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      await run.commit(await run.hold(), null, [{ kind: "set", key: "k8999", value: "here" }]);
      const keys = Array.from({ length: 9_000 }, (_, i) => `k${String(i)}`);
      const entries = await store.readState({ runId: run.runId, keys });
      expect(entries).toHaveLength(9_000);
      expect(entries.at(-1)).toEqual({ kind: "present", value: "here" });
    });

    test("tells an entry whose lifetime is over until it is written or deleted", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store);
      const read = (): Promise<unknown> => store.readState({ runId: run.runId, keys: ["short", "long", "over", "past"] });
      await run.commit(await run.hold(), null, [
        { kind: "set", key: "short", value: 1, ttlMs: 1_000.5 },
        { kind: "set", key: "long", value: 2, ttlMs: 1e15 },
        { kind: "set", key: "over", value: 3, ttlMs: 0 },
        { kind: "set", key: "past", value: 4, ttlMs: -1e9 },
      ]);
      const [present, expired] = [{ kind: "present", value: 1 }, { kind: "expired" }];
      expect(await read()).toEqual([present, { kind: "present", value: 2 }, expired, expired]);
      await advance(1_001);
      expect(await read()).toEqual([expired, { kind: "present", value: 2 }, expired, expired]);
      await run.commit(await run.hold(), null, [
        { kind: "set", key: "short", value: 1 },
        { kind: "delete", key: "over" },
      ]);
      expect(await read()).toEqual([present, { kind: "present", value: 2 }, { kind: "absent" }, expired]);
    });
  });
}
