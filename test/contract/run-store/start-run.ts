import { describe, expect, test } from "vitest";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import type { StartRunOutcome } from "../../../src/core/ports/worker-store.ts";
import { DEFAULT_POOL } from "../../../src/core/workflow/workflow.ts";
import { createParams, createRun, driveRun, openStore, type RunDriver, type RunStoreContract } from "./run-driver.ts";

const LANE = 7;

function start(store: RunStore, { runId }: Pick<RunDriver, "runId">, { dispatch = 1, epoch = 1 } = {}): Promise<StartRunOutcome> {
  const ordered = [{ nodeId: "a", pool: DEFAULT_POOL }];
  return store.startRun({
    lane: { runId, dispatch, level: 0, lane: LANE, pool: DEFAULT_POOL },
    epoch,
    plan: { level: 0, strands: 1, lanes: { [DEFAULT_POOL]: 1 }, free: new Map(), ordered },
  });
}

export function testStartRun(contract: RunStoreContract): void {
  describe("startRun", () => {
    test("sets a queued run running with its first level, for the lane that asks", async () => {
      const { store } = await openStore(contract);
      const run = await createRun(store, { nodeIds: ["a", "b"], levelCount: 2 });
      expect(await run.claim({ lane: LANE })).toEqual({ kind: "superseded" });
      expect(await start(store, run)).toBe("advanced");
      expect(await run.record()).toMatchObject({
        ...{ status: "running", dispatch: 1, plannedDispatch: 1, level: 0, barrierLevel: 0, strands: 1 },
        ...{ committedInLevel: 0, startedAt: expect.any(Number) },
      });
      expect(await run.eventTypes()).toEqual(["queued", "started", "level-started"]);
      expect(await run.commit(await run.hold({ lane: LANE }))).toBe("committed-level");
    });

    test("may be repeated, and starts a run once", async () => {
      const { store, peer } = await openStore(contract);
      const run = await createRun(store, { nodeIds: ["a", "b"], levelCount: 2 });
      const outcomes = await Promise.all([store, peer, store].map((caller) => start(caller, run)));
      expect([...outcomes].sort()).toEqual(["advanced", "already-advanced", "already-advanced"]);
      await run.commit(await run.hold({ lane: LANE }));
      expect(await start(peer, run)).toBe("already-advanced");
      expect(await run.eventTypes()).toEqual(["queued", "started", "level-started", "node-started", "node-completed"]);
      expect(await run.claim({ lane: LANE })).toEqual({ kind: "drained" });
    });

    test("is refused when the run does not wait for it", async () => {
      const { store } = await openStore(contract);
      const run = await createRun(store, { nodeIds: ["a"] });
      expect(await start(store, run, { epoch: 2 })).toBe("superseded");
      expect(await start(store, { runId: "0-000000000-00000000000000000000" })).toBe("superseded");
      await store.pauseRun({ runId: run.runId });
      expect(await start(store, run)).toBe("superseded");
      await store.resumeRun({ runId: run.runId });
      expect(await start(store, run)).toBe("superseded");
      expect((await run.record()).status).toBe("queued");
      await run.cancel();
      expect(await start(store, run)).toBe("superseded");
      await run.finish("cancelled");
      expect(await start(store, run)).toBe("finished");
    });

    test("finds the pool that the run was created with", async () => {
      const { store, peer } = await openStore(contract);
      const params = createParams();
      await store.createRun({ ...params, startPool: "gpu" });
      const run = driveRun(peer, params.runId);
      expect((await run.record()).startPool).toBe("gpu");
      expect(await createRun(store).then((other) => other.record())).not.toHaveProperty("startPool");
    });
  });
}
