import { describe, expect, test } from "vitest";
import { HOSTILE_TEXTS } from "../../support/hostile-texts.ts";
import { openStore, startRun, type RunStoreContract } from "./run-driver.ts";

const nodeIds = HOSTILE_TEXTS;

export function testHostileIds(contract: RunStoreContract): void {
  describe("ids and keys of any text", () => {
    test.each(["free", "ordered"] as const)("are claimed, committed and read back (%s)", async (list) => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds, workflowId: "w\ud800", plan: { [list]: nodeIds } });
      const { runId } = run;
      expect((await run.record()).workflowId).toBe("w\ud800");
      expect((await store.loadWorkflow({ workflowHash: "hash-1" }))?.nodes.map(({ id }) => id)).toEqual(nodeIds);
      for (const [i, nodeId] of nodeIds.entries()) {
        const claim = await run.hold({ lane: list === "free" ? i : 0 });
        expect(claim.nodeId).toBe(nodeId);
        expect(await run.commit(claim, i)).toBe(i === nodeIds.length - 1 ? "committed-level" : "committed");
      }
      expect([...(await store.readResults({ runId }))].sort()).toEqual(nodeIds.map((id, i) => [id, i]).sort());
      expect(await store.readInputs({ runId, nodeIds })).toEqual(nodeIds.map((_, i) => String(i)));
      expect(await store.readCommitted({ runId, nodeIds: [...nodeIds, "other"] })).toEqual(new Set(nodeIds));
      const nodes = await store.readNodes({ runId });
      for (const nodeId of nodeIds) expect(nodes.get(nodeId)?.status).toBe("completed");
      expect((await run.events("node-completed")).map((event) => event.nodeId)).toEqual(nodeIds);
    });

    test("fail, wait and time out under their own name", async () => {
      const { store, advance } = await openStore(contract);
      const run = await startRun(store, { nodeIds });
      const claims = [];
      for (const lane of nodeIds.keys()) {
        const claim = await run.hold({ lane });
        await store.armTimeout({ claim: claim.ref, timeoutMs: 5 });
        claims.push(claim);
      }
      await advance(10);
      const { due } = await store.takeDeadlines({ limit: 100 });
      expect(due.map((deadline) => (deadline.kind === "node" ? deadline.nodeId : "")).sort()).toEqual([...nodeIds].sort());
      for (const claim of claims) expect(await run.fail(claim, { retryDelayMs: 0 })).toBe("retrying");
      for (const [lane, nodeId] of nodeIds.entries()) {
        const claim = await run.hold({ lane });
        expect(claim).toMatchObject({ nodeId, attempt: 2 });
        expect((await run.node(nodeId))?.error).toMatchObject({ nodeId, message: `error executing node ${nodeId}: boom` });
      }
      await run.cancel(0);
      await run.finish("cancelled");
      for (const nodeId of nodeIds) expect((await run.node(nodeId))?.status).toBe("cancelled");
    });

    test("wait for retries with one lane", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store, { nodeIds });
      for (const nodeId of nodeIds) {
        const claim = await run.hold();
        expect(claim.nodeId).toBe(nodeId);
        await run.fail(claim, { retryDelayMs: 50_000 });
      }
      expect((await run.claim()).kind).toBe("wait");
      await run.dispatch({ dispatch: 2, expected: { dispatch: 1, level: 0 }, free: nodeIds });
      expect((await run.claim({ dispatch: 2 })).kind).toBe("wait");
    });

    test("fail the run with a message that names them", async () => {
      const { store } = await openStore(contract);
      for (const nodeId of nodeIds) {
        const run = await startRun(store, { nodeIds: [nodeId] });
        await run.fail(await run.hold(), { message: nodeId });
        expect((await run.record()).cause).toMatchObject({
          code: "NODE_FAILED",
          message: `error executing node ${nodeId}: ${nodeId}`,
        });
      }
    });

    test("hold entries of the shared state apart", async () => {
      const { store } = await openStore(contract);
      const run = await startRun(store);
      const stateChanges = HOSTILE_TEXTS.map((key) => ({ kind: "set", key, value: key }) as const);
      await run.commit(await run.hold(), null, stateChanges);
      const present = HOSTILE_TEXTS.map((value) => ({ kind: "present", value }));
      expect(await store.readState({ runId: run.runId, keys: HOSTILE_TEXTS })).toEqual(present);
      const [first] = HOSTILE_TEXTS;
      await run.commit(await run.hold(), null, [{ kind: "delete", key: first ?? "" }]);
      expect(await store.readState({ runId: run.runId, keys: HOSTILE_TEXTS })).toEqual([{ kind: "absent" }, ...present.slice(1)]);
    });

    test("name workers", async () => {
      const { store } = await openStore(contract);
      for (const worker of HOSTILE_TEXTS.filter((text) => text.isWellFormed())) {
        const run = await startRun(store);
        await run.hold({ worker });
        expect((await run.node("a"))?.worker).toBe(worker);
        expect((await run.events("node-started"))[0]?.worker).toBe(worker);
      }
    });
  });
}
