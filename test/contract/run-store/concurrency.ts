import { randomUUID } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import { driveRun, openStore, startRun, type RunDriver, type RunStoreContract } from "./run-driver.ts";

const LIMIT_COUNT = 3;
const idsOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `node-${String(i).padStart(3, "0")}`);

/** What lanes saw of each other: nodes in the order of their claims, and how many ran at a time. */
interface Observed {
  readonly claimed: string[];
  live: number;
  mostLive: number;
}

export function testConcurrency(contract: RunStoreContract): void {
  describe("concurrent lanes", () => {
    test("20 of them never exceed maxConcurrency and claim each of 200 nodes once", async () => {
      const { store, peer } = await openStore(contract);
      const nodeIds = idsOf(200);
      const run = await startRun(store, { nodeIds, options: { maxConcurrency: LIMIT_COUNT } });
      const observed = await runLanes([store, peer], run.runId, 20);
      expect(observed.mostLive).toBe(LIMIT_COUNT);
      expect([...observed.claimed].sort()).toEqual(nodeIds);
      expect(await run.record()).toMatchObject({ committedInLevel: 200, committedCount: 200 });
      expect(await run.events("node-completed")).toHaveLength(200);
      expect(await run.finish("completed")).toEqual({ kind: "finished" });
    });

    test("run an ordered group one after another, in its order", async () => {
      const { store, peer } = await openStore(contract);
      const nodeIds = idsOf(30);
      const run = await startRun(store, { nodeIds, plan: { ordered: nodeIds } });
      const observed = await runLanes([store, peer], run.runId, 10);
      expect(observed.mostLive).toBe(1);
      expect(observed.claimed).toEqual(nodeIds);
    });

    test("commit a claim once, however often it is tried", async () => {
      const { store, peer } = await openStore(contract);
      const run = await startRun(store, { nodeIds: ["a"] });
      const claim = await run.hold();
      const drivers = Array.from({ length: 10 }, (_, i) => driveRun(i % 2 === 0 ? store : peer, run.runId));
      const outcomes = await Promise.all(drivers.map((driver, i) => driver.commit(claim, i)));
      expect(outcomes.filter((outcome) => outcome === "committed-level")).toHaveLength(1);
      expect((await store.readResults({ runId: run.runId })).get("a")).toBe(outcomes.indexOf("committed-level"));
      expect(await run.record()).toMatchObject({ committedCount: 1 });
    });

    test("claim nothing once a failure is recorded", async () => {
      const { store } = await openStore(contract);
      const nodeIds = idsOf(60);
      const run = await startRun(store, { nodeIds });
      const claims = await Promise.all(Array.from({ length: 10 }, (_, lane) => run.hold({ lane })));
      const [first, ...others] = claims;
      if (first === undefined) throw new Error("no claim");
      const after = run.fail(first).then(() => Promise.all(Array.from({ length: 20 }, (_, i) => run.claim({ lane: 20 + i }))));
      await Promise.all(others.map((claim) => run.commit(claim)));
      expect(await after).toEqual(Array.from({ length: 20 }, () => ({ kind: "stopped", status: "failing" })));
    });
  });
}

async function runLanes(stores: readonly RunStore[], runId: string, count: number): Promise<Observed> {
  const observed: Observed = { claimed: [], live: 0, mostLive: 0 };
  const lanes = Array.from({ length: count }, (_, lane) => driveRun(stores[lane % stores.length] as RunStore, runId));
  await Promise.all(lanes.map((driver, lane) => runLane(driver, lane, observed)));
  return observed;
}

/** Takes nodes until none is left. A claim counts as live from the store's answer to just before its commit: within its true life. */
async function runLane(driver: RunDriver, lane: number, observed: Observed): Promise<void> {
  for (;;) {
    const token = randomUUID();
    const outcome = await driver.claim({ lane, token });
    if (outcome.kind === "wait") {
      await turn();
      continue;
    }
    if (outcome.kind !== "claimed") return;
    observed.claimed.push(outcome.nodeId);
    observed.live += 1;
    observed.mostLive = Math.max(observed.mostLive, observed.live);
    await turn();
    observed.live -= 1;
    const ref = { runId: driver.runId, epoch: outcome.epoch, nodeId: outcome.nodeId, token };
    expect(await driver.commit({ ...outcome, ref })).toMatch(/^committed(-level)?$/);
  }
}
