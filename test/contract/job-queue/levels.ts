import { describe, expect, test } from "vitest";
import {
  addLevel,
  arrivedBeforeNow,
  eventually,
  newBarrier,
  nextOf,
  openQueue,
  takeJobs,
  takeLanes,
  type JobQueueContract,
} from "./queue-driver.ts";

const FAILURE = { kind: "fail", message: "error executing node a: boom" } as const;

export function testLevels(contract: JobQueueContract): void {
  describe("a level", () => {
    test("has its lanes numbered over all pools, each in its own", async () => {
      const { queue, peer } = await openQueue(contract);
      const pools = ["default", "gpu", "__proto__"];
      const taken = await Promise.all(pools.map((pool) => takeLanes(peer, { pool })));
      const barrier = await addLevel(queue, {
        lanes: Object.fromEntries(pools.map((pool, i) => [pool, i + 1])),
        strands: 7,
        workflowId: "w",
      });
      const refs = [];
      for (const [i, { inbox }] of taken.entries()) {
        const lanes = (await nextOf(inbox, i + 1)).map(({ ref }) => ref);
        expect(lanes).toEqual(lanes.map(({ lane }) => ({ ...barrier, lane, strands: 7, pool: pools[i] })));
        refs.push(...lanes);
      }
      expect(refs.map(({ lane }) => lane).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    test("fires its barrier when all lanes have ended", async () => {
      const { queue } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      const barrier = await addLevel(queue, { lanes: { default: 3 } });
      const [first, ...others] = await nextOf(lanes.inbox, 3);
      for (const lane of others) lane.end({ kind: "done" });
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
      expect(await queue.isCarried(barrier)).toBe(true);
      first?.end({ kind: "done" });
      const fired = await jobs.inbox.next();
      expect(fired.ref).toEqual({ kind: "barrier", ...barrier });
      expect(await fired.context.lanesPending()).toBe(false);
      fired.end({ kind: "done" });
      await eventually(async () => !(await queue.isCarried(barrier)));
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
    });

    test("without lanes fires at once", async () => {
      const { queue } = await openQueue(contract);
      const { inbox } = await takeJobs(queue);
      const barrier = await addLevel(queue, { lanes: {} });
      expect((await inbox.next()).ref).toEqual({ kind: "barrier", ...barrier });
    });

    test("fires at once when a lane fails, and again when the others have ended", async () => {
      const { queue } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      await addLevel(queue, { lanes: { default: 3 } });
      const [first, second, third] = await nextOf(lanes.inbox, 3);
      first?.end(FAILURE);
      const early = await jobs.inbox.next();
      expect(await early.context.lanesPending()).toBe(true);
      early.end({ kind: "wait-for-lanes", elseDelayMs: 60_000 });
      second?.end({ kind: "done" });
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
      third?.end({ kind: "done" });
      const last = await jobs.inbox.next();
      expect(last.ref).toEqual(early.ref);
      expect(await last.context.lanesPending()).toBe(false);
    });

    test("goes on firing until every failing lane has ended", async () => {
      const { queue } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      const barrier = await addLevel(queue, { lanes: { default: 5 } });
      const ended = nextOf(lanes.inbox, 5).then((all) => {
        for (const lane of all) lane.end(FAILURE);
      });
      for (;;) {
        const fired = await jobs.inbox.next();
        if (!(await fired.context.lanesPending())) {
          fired.end({ kind: "fail", message: FAILURE.message });
          break;
        }
        fired.end({ kind: "wait-for-lanes", elseDelayMs: 20 });
      }
      await ended;
      await eventually(async () => !(await queue.isCarried(barrier)));
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
    });

    test("has its barrier come again after a while if no lane is left to wait for", async () => {
      const { queue } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      const barrier = await addLevel(queue);
      (await lanes.inbox.next()).end({ kind: "done" });
      (await jobs.inbox.next()).end({ kind: "wait-for-lanes", elseDelayMs: 20 });
      expect((await jobs.inbox.next()).ref).toEqual({ kind: "barrier", ...barrier });
      expect(await queue.isCarried(barrier)).toBe(true);
    });

    test("is added once, also while it runs and after it has ended", async () => {
      const { queue, peer } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      const barrier = newBarrier();
      const add = (): Promise<unknown> =>
        Promise.all([queue, peer].map((each) => addLevel(each, { barrier, lanes: { default: 2 } })));
      await add();
      const [first, second] = await nextOf(lanes.inbox, 2);
      await add();
      first?.end({ kind: "done" });
      await add();
      second?.end({ kind: "done" });
      const fired = await jobs.inbox.next();
      await add();
      fired.end({ kind: "done" });
      await eventually(async () => !(await queue.isCarried(barrier)));
      await add();
      // The next lane to arrive is one of another level.
      const other = await addLevel(queue);
      expect((await lanes.inbox.next()).ref.runId).toBe(other.runId);
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
    });

    test("is told apart by issuing and level", async () => {
      const { queue } = await openQueue(contract);
      const { inbox } = await takeLanes(queue);
      const barrier = newBarrier();
      const refs = [barrier, { ...barrier, level: 1 }, { ...barrier, dispatch: 2 }];
      for (const ref of refs) await addLevel(queue, { barrier: ref });
      expect((await nextOf(inbox, 3)).map(({ ref: { lane: _, strands: __, pool: ___, ...ref } }) => ref)).toEqual(refs);
      expect(await queue.isCarried({ ...barrier, level: 2 })).toBe(false);
    });

    test("with the smaller priority has its lanes taken first", async () => {
      const { queue } = await openQueue(contract);
      const slow = await addLevel(queue, { priority: 9, lanes: { default: 2 } });
      const fast = await addLevel(queue, { priority: 2, lanes: { default: 2 } });
      const { inbox } = await takeLanes(queue, { concurrency: 1 });
      for (const { runId } of [fast, fast, slow, slow]) {
        const lane = await inbox.next();
        expect(lane.ref.runId).toBe(runId);
        lane.end({ kind: "done" });
      }
    });
  });

  describe("removeWaitingLanes", () => {
    test("leaves the lanes that run, and the barrier to them", async () => {
      const { queue, peer } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue, { concurrency: 2 })];
      const barrier = await addLevel(queue, { lanes: { default: 5, gpu: 2 } });
      const [first, second] = await nextOf(lanes.inbox, 2);
      await peer.removeWaitingLanes(barrier);
      await peer.removeWaitingLanes(barrier);
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
      first?.end({ kind: "done" });
      second?.end({ kind: "done" });
      expect((await jobs.inbox.next()).ref).toEqual({ kind: "barrier", ...barrier });
      const other = await addLevel(queue);
      expect((await lanes.inbox.next()).ref.runId).toBe(other.runId);
    });

    test("takes lanes that were put off", async () => {
      const { queue } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      const barrier = await addLevel(queue);
      (await lanes.inbox.next()).end({ kind: "wait", delayMs: 60_000 });
      await eventually(async () => {
        await queue.removeWaitingLanes(barrier);
        return jobs.inbox.waiting.length > 0;
      });
      expect((await jobs.inbox.next()).ref).toEqual({ kind: "barrier", ...barrier });
    });

    test("may be called by the barrier's own handler", async () => {
      const { queue } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue, { concurrency: 1 })];
      const barrier = await addLevel(queue, { lanes: { default: 4 } });
      (await lanes.inbox.next()).end(FAILURE);
      const fired = await jobs.inbox.next();
      const running = await lanes.inbox.next();
      await queue.removeWaitingLanes(barrier);
      expect(await fired.context.lanesPending()).toBe(true);
      fired.end({ kind: "wait-for-lanes", elseDelayMs: 20 });
      running.end({ kind: "done" });
      const last = await jobs.inbox.next();
      expect(await last.context.lanesPending()).toBe(false);
    });

    test("knows no level of that name", async () => {
      const { queue } = await openQueue(contract);
      await expect(queue.removeWaitingLanes(newBarrier())).resolves.toBeUndefined();
    });
  });

  describe("removeJobs", () => {
    test("forgets what a run's jobs were, of every issuing", async () => {
      const { queue } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      const { runId } = newBarrier();
      const play = async (dispatch: number): Promise<void> => {
        await queue.addStart({ runId, dispatch, workflowId: undefined });
        (await jobs.inbox.next()).end({ kind: "done" });
        await addLevel(queue, { barrier: { runId, dispatch, level: 0 } });
        (await lanes.inbox.next()).end({ kind: "done" });
        const fired = await jobs.inbox.next();
        expect(fired.ref).toEqual({ kind: "barrier", runId, dispatch, level: 0 });
        fired.end({ kind: "done" });
        await eventually(async () => !(await queue.isCarried({ runId, dispatch, level: 0 })));
      };
      await play(1);
      await play(2);
      expect(await queue.removeJobs({ runId, dispatch: 2, levelCount: 1 })).toBe(true);
      expect(await queue.removeJobs({ runId, dispatch: 2, levelCount: 1 })).toBe(true);
      await play(1);
      await play(2);
    });

    test("leaves a level that a lane is still at work on, and says so", async () => {
      const { queue } = await openQueue(contract);
      const lanes = await takeLanes(queue);
      const barrier = newBarrier();
      await addLevel(queue, { barrier });
      const lane = await lanes.inbox.next();
      expect(await queue.removeJobs({ ...barrier, levelCount: 1 })).toBe(false);
      expect(await queue.isCarried(barrier)).toBe(true);
      lane.end({ kind: "done" });
      await eventually(() => queue.removeJobs({ ...barrier, levelCount: 1 }));
      expect(await queue.isCarried(barrier)).toBe(false);
    });

    test("takes jobs that still wait, and leaves other runs alone", async () => {
      const { queue } = await openQueue(contract);
      const [gone, kept] = [newBarrier(), newBarrier()];
      for (const barrier of [gone, kept]) {
        await queue.addStart({ ...barrier, workflowId: undefined });
        await addLevel(queue, { barrier, lanes: { default: 2 } });
      }
      await queue.removeJobs({ ...gone, levelCount: 1 });
      expect(await queue.isCarried(gone)).toBe(false);
      expect(await queue.isCarried({ ...gone, level: -1 })).toBe(false);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      expect((await nextOf(lanes.inbox, 2)).map(({ ref }) => ref.runId)).toEqual([kept.runId, kept.runId]);
      expect((await jobs.inbox.next()).ref).toMatchObject({ kind: "start", runId: kept.runId });
    });
  });
}
