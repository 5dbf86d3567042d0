import { describe, expect, test } from "vitest";
import { DEFAULT_POOL } from "../../../src/core/workflow/workflow.ts";
import { createParams, createRun, driveRun, openStore, startRun, type HeldClaim, type RunStoreContract } from "./run-driver.ts";

/** More than a store may handle in one go: of nodes in a list, of claims, and of characters in a definition. */
const NODE_COUNT = 2_300;
const CLAIM_COUNT = 1_200;
const DATA_CHARS = 3_000;

const idsUpTo = (count: number): string[] => Array.from({ length: count }, (_, i) => `node-${String(i).padStart(4, "0")}`);

/** A definition of about a megabyte, with characters of several bytes where parts of it may end. */
function largeParams(letter: string) {
  const params = createParams({ workflowHash: `hash-${letter}`, requestHash: `request-${letter}` });
  const data = { text: "é€😀".repeat(DATA_CHARS / 4), letter };
  const nodes = idsUpTo(300).map((id) => ({ id, type: "test", data, options: {} }));
  const edges = nodes.slice(1).map(({ id }) => ({ source: "node-0000", target: id }));
  return { ...params, workflow: { nodes, edges, options: {} } };
}

export function testLargeRuns(contract: RunStoreContract): void {
  describe("large runs", () => {
    test("have a definition that reads as it was written, once for all of its runs", async () => {
      const { store, peer } = await openStore(contract);
      const params = largeParams("a");
      expect(await store.createRun(params)).toEqual({ kind: "created", runId: params.runId });
      const repeated = { ...params, runId: createParams().runId };
      expect((await peer.createRun(repeated)).kind).toBe("created");
      expect((await peer.createRun(repeated)).kind).toBe("exists");
      expect((await peer.createRun({ ...repeated, requestHash: "request-b" })).kind).toBe("conflict");
      expect(await peer.loadWorkflow({ workflowHash: params.workflowHash })).toEqual(params.workflow);
    });

    test("may be retried with another large definition", async () => {
      const { store, peer } = await openStore(contract);
      const [former, next] = [largeParams("a"), largeParams("b")];
      await store.createRun(former);
      const run = driveRun(store, former.runId);
      await run.cancel(0);
      await run.finish("cancelled");
      const { workflow, workflowHash, levelCount } = next;
      const definition = { workflow, workflowHash, levelCount, former: former.workflowHash };
      expect(await store.retryRun({ runId: run.runId, epoch: 1, definition })).toEqual({ kind: "retrying", dispatch: 2 });
      expect((await run.record()).workflowHash).toBe(workflowHash);
      expect(await peer.loadWorkflow({ workflowHash })).toEqual(workflow);
      expect(await peer.loadWorkflow({ workflowHash: former.workflowHash })).toBeUndefined();
    });

    test("hand out all nodes of a wide level in order, free ones and those of the ordered group", async () => {
      const { store } = await openStore(contract);
      const ids = idsUpTo(NODE_COUNT);
      const [free, ordered] = [ids.slice(0, -2), ids.slice(-2)];
      const run = await createRun(store, { nodeIds: ids });
      const lists = {
        free: new Map([
          ["gpu", free.slice(0, 1)],
          [DEFAULT_POOL, free.slice(1)],
        ]),
        ordered,
      };
      const lanes = { gpu: 1, [DEFAULT_POOL]: 2 };
      expect((await run.dispatch({ ...lists, lanes })).kind).toBe("advanced");
      expect(await run.dispatch({ ...lists, lanes })).toEqual({ kind: "already-advanced", lanes, strands: 1 });
      expect((await run.events("level-started"))[0]).toMatchObject({ nodeCount: NODE_COUNT });
      expect((await run.hold({ pool: "gpu", lane: 1 })).nodeId).toBe(free[0]);
      expect(await run.claim({ pool: "gpu", lane: 2 })).toEqual({ kind: "drained" });
      expect(await run.hold()).toMatchObject({ nodeId: ordered[0], ordered: true });
      const claims = await Promise.all(free.slice(1).map((_, lane) => run.hold({ lane: lane + 10 })));
      expect(claims.map(({ nodeId }) => nodeId)).toEqual(free.slice(1));
      expect(await run.claim({ lane: 3 })).toEqual({ kind: "drained" });
    });

    test("are heard of, ended and retried with very many nodes at work or waiting", async () => {
      const { store, advance } = await openStore(contract);
      const ids = idsUpTo(CLAIM_COUNT);
      const run = await startRun(store, { nodeIds: ids });
      const { runId } = run;
      const claims = await Promise.all(ids.map((_, lane) => run.hold({ lane })));
      const [done, ...others] = claims as [HeldClaim, ...HeldClaim[]];
      await run.commit(done, "kept");
      await Promise.all(others.slice(0, 600).map((claim) => run.fail(claim, { retryDelayMs: 60_000 })));
      const heartbeat = { worker: "worker-1", pool: DEFAULT_POOL, types: ["test"], claims: claims.map(({ ref }) => ref) };
      const lost = [done, ...others.slice(0, 600)].map(({ ref }) => ref.token);
      expect(new Set(await store.heartbeat(heartbeat))).toEqual(new Set(lost));

      await run.cancel(50);
      await advance(50);
      expect(await run.finish("cancelled")).toEqual({ kind: "finished" });
      const nodes = await store.readNodes({ runId });
      expect([...nodes.keys()].sort()).toEqual(ids);
      const statuses = ids.map((id) => nodes.get(id)?.status);
      expect(statuses).toEqual(ids.map((id) => (id === done.nodeId ? "completed" : "cancelled")));
      expect(await run.events("node-cancelled")).toHaveLength(CLAIM_COUNT - 1);

      expect(await store.retryRun({ runId, epoch: 2 })).toEqual({ kind: "conflict" });
      expect(await store.retryRun({ runId, epoch: 1 })).toEqual({ kind: "retrying", dispatch: 2 });
      expect([...(await store.readNodes({ runId })).values()].filter(({ attempt }) => attempt > 0)).toHaveLength(1);
      expect(await store.readResults({ runId })).toEqual(new Map([[done.nodeId, "kept"]]));
    });

    test("have results and inputs that are read in pages", async () => {
      const { store } = await openStore(contract);
      const ids = idsUpTo(CLAIM_COUNT);
      const run = await startRun(store, { nodeIds: ids });
      const claims = await Promise.all(ids.map((_, lane) => run.hold({ lane })));
      await Promise.all(claims.map((claim) => run.commit(claim, claim.nodeId)));
      expect(await store.readResults({ runId: run.runId })).toEqual(new Map(ids.map((id) => [id, id])));
      const inputs = await store.readInputs({ runId: run.runId, nodeIds: [...ids, "none"] });
      expect(inputs).toEqual([...ids.map((id) => JSON.stringify(id)), undefined]);
      const committed = await store.readCommitted({ runId: run.runId, nodeIds: [...ids, "none"] });
      expect(committed).toEqual(new Set(ids));
    });
  });
}
