import { describe, expect, test } from "vitest";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import type { CommitAheadParams } from "../../../src/core/ports/worker-store.ts";
import type { LaneRef } from "../../../src/core/run/job-ref.ts";
import { DEFAULT_POOL } from "../../../src/core/workflow/workflow.ts";
import { openStore, startRun, type RunDriver, type RunStoreContract } from "./run-driver.ts";

type AheadOptions = Partial<Omit<CommitAheadParams, "lane" | "nodes">> & {
  readonly lane?: Partial<LaneRef>;
  readonly result?: string;
};

/** Answers how many of the nodes were committed. */
function commitAhead(
  store: RunStore,
  { runId }: RunDriver,
  nodeIds: string | readonly string[],
  { result, ...options }: AheadOptions = {},
): Promise<number> {
  const lane = { runId, dispatch: 1, level: 0, lane: 0, pool: DEFAULT_POOL, ...options.lane };
  const nodes = [nodeIds].flat().map((nodeId) => ({ nodeId, result: result ?? `"of ${nodeId}"` }));
  return store.commitAhead({ worker: "worker-1", epoch: 1, level: 0, ...options, nodes, lane });
}

export function testCommitAhead(contract: RunStoreContract): void {
  describe("commitAhead", () => {
    test("claims the next node of the list and commits its result", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"] });
      expect(await commitAhead(store, run, "a")).toBe(1);
      expect(await commitAhead(store, run, "b")).toBe(1);
      expect(await run.record()).toMatchObject({ committedInLevel: 2, committedCount: 2 });
      expect(await store.readResults({ runId: run.runId })).toEqual(
        new Map([
          ["a", "of a"],
          ["b", "of b"],
        ]),
      );
      const { startedAt, finishedAt, ...node } = (await run.node("a"))!;
      expect(node).toMatchObject({ status: "completed", attempt: 1, worker: "worker-1" });
      expect([startedAt, finishedAt]).toEqual([expect.any(Number), startedAt]);
    });

    test("commits nodes together, up to the first that is not the next one", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b", "c", "d", "e"] });
      expect(await commitAhead(store, run, ["a", "b", "d", "c"])).toBe(2);
      expect(await run.record()).toMatchObject({ committedInLevel: 2, committedCount: 2 });
      expect(await run.node("d")).toBeUndefined();
      expect(await commitAhead(store, run, ["c", "d", "e"])).toBe(3);
      expect([...(await store.readResults({ runId: run.runId })).keys()].toSorted()).toEqual(["a", "b", "c", "d", "e"]);
      expect(await run.record()).toMatchObject({ committedInLevel: 5, committedCount: 5 });
    });

    test("tells that each began and ended, in this order", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"] });
      await commitAhead(store, run, ["a", "b"]);
      const events = (await run.events()).filter(({ nodeId }) => nodeId !== undefined);
      for (const id of ["a", "b"]) {
        const own = events.filter(({ nodeId }) => nodeId === id);
        expect(own.map(({ type }) => type)).toEqual(["node-started", "node-completed"]);
        expect(own[0]).toMatchObject({ level: 0, attempt: 1, worker: "worker-1" });
        expect(own[1]).toMatchObject({ level: 0, attempt: 1 });
      }
    });

    test.each([
      ["of a limit", { options: { maxConcurrency: 1 } }],
      ["of their order", { plan: { ordered: ["a", "b", "c"] } }],
    ])("tells of no more nodes at a time than may run, because %s", async (_why, options) => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b", "c"], ...options });
      await Promise.all([commitAhead(store, run, ["a", "b"]), run.claim()]);
      const events = (await run.events()).filter(({ nodeId }) => nodeId !== undefined);
      expect(events.map(({ type, nodeId }) => `${type} ${String(nodeId)}`)).toEqual([
        ...["node-started a", "node-completed a", "node-started b", "node-completed b", "node-started c"],
      ]);
    });

    test("leaves nothing to claim, and no place taken", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"], options: { maxConcurrency: 1 } });
      await commitAhead(store, run, "a");
      expect(await run.hold()).toMatchObject({ nodeId: "b" });
      expect(await run.claim({ lane: 1 })).toEqual({ kind: "drained" });
    });

    test("takes the ordered group in its order", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b"], plan: { ordered: ["a", "b"] } });
      expect(await commitAhead(store, run, "b")).toBe(0);
      expect(await commitAhead(store, run, "a")).toBe(1);
      expect(await commitAhead(store, run, "b")).toBe(1);
    });

    test("goes through levels together with what enters and ends them", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a", "b", "c"], levelCount: 2, plan: { free: ["a", "b"] } });
      const lane = { runId: run.runId, dispatch: 1, level: 0, lane: 0, pool: DEFAULT_POOL };
      const plan = { level: 1, strands: 1, lanes: {}, free: new Map(), ordered: [{ nodeId: "c", pool: DEFAULT_POOL }] };
      const outcomes = await Promise.all([
        commitAhead(store, run, "a"),
        commitAhead(store, run, "b"),
        store.enterLevel({ lane, epoch: 1, plan }),
        commitAhead(store, run, "c", { level: 1 }),
        store.finishRun({ runId: run.runId, epoch: 1, outcome: "completed", behindLevel: 1 }),
      ]);
      expect(outcomes).toEqual([1, 1, "entered", 1, { kind: "finished" }]);
      expect((await run.events()).at(-1)).toMatchObject({ type: "finished" });
    });

    describe("is refused, and changes nothing,", () => {
      const refusals: readonly (readonly [string, string, AheadOptions])[] = [
        ["of a node that is not the next one", "b", {}],
        ["of a node that is in no list", "other", {}],
        ["of another epoch", "a", { epoch: 2 }],
        ["of another level", "a", { level: 1 }],
        ["by a lane of another issuing", "a", { lane: { dispatch: 2 } }],
        ["by a lane of another barrier", "a", { lane: { level: 1 } }],
        ["by a lane of another pool", "a", { lane: { pool: "gpu" } }],
        ["in a run that is gone", "a", { lane: { runId: "0-000000000-00000000000000000000" } }],
      ];
      test.each(refusals)("%s", async (_what, nodeId, options) => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a", "b"] });
        const before = [await run.record(), await run.events()];
        expect(await commitAhead(store, run, nodeId, options)).toBe(0);
        expect([await run.record(), await run.events()]).toEqual(before);
        expect(await run.node(nodeId)).toBeUndefined();
        expect(await run.hold()).toMatchObject({ nodeId: "a", attempt: 1 });
      });

      test("when it comes twice", async () => {
        const { store, peer } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a", "b"] });
        expect(await commitAhead(store, run, "a")).toBe(1);
        expect(await commitAhead(peer, run, "a", { result: '"another"' })).toBe(0);
        expect((await store.readResults({ runId: run.runId })).get("a")).toBe("of a");
        expect(await run.record()).toMatchObject({ committedCount: 1 });
      });

      test("of a node that somebody has claimed", async () => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a"] });
        const held = await run.hold();
        expect(await commitAhead(store, run, "a")).toBe(0);
        expect(await run.commit(held, "mine")).toBe("committed-level");
      });

      test("of a node whose attempt has failed before: that is counted where it is claimed", async () => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a"] });
        await run.fail(await run.hold(), { retryDelayMs: 0 });
        await run.dispatch({ dispatch: 2, expected: { dispatch: 1, level: 0 }, free: ["a"] });
        expect(await commitAhead(store, run, "a", { lane: { dispatch: 2 } })).toBe(0);
        expect(await run.hold({ dispatch: 2 })).toMatchObject({ nodeId: "a", attempt: 2 });
      });

      test("while the run has as many claims as it may", async () => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a", "b"], options: { maxConcurrency: 1 } });
        const held = await run.hold();
        expect(await commitAhead(store, run, "b", { lane: { lane: 1 } })).toBe(0);
        await run.commit(held);
        expect(await commitAhead(store, run, "b", { lane: { lane: 1 } })).toBe(1);
      });

      test.each([
        ["paused", (store: RunStore, run: RunDriver) => store.pauseRun({ runId: run.runId })],
        ["cancelled", (_store: RunStore, run: RunDriver) => run.cancel()],
      ])("in a run that is %s", async (_status, stop) => {
        const { store } = await openStore(contract);
        const run = await startRun(store, { nodeIds: ["a"] });
        await stop(store, run);
        expect(await commitAhead(store, run, "a")).toBe(0);
        expect(await run.node("a")).toBeUndefined();
      });
    });
  });
}
