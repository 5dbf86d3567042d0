import { describe, expect, test } from "vitest";
import type { StartLane } from "../../../src/core/run/job-ref.ts";
import { newRunId } from "../../../src/core/run/new-run-id.ts";
import {
  addLevel,
  arrivedBeforeNow,
  eventually,
  newBarrier,
  openQueue,
  takeJobs,
  takeLanes,
  type JobQueueContract,
} from "./queue-driver.ts";

const newStart = (given: Partial<StartLane> = {}): StartLane => ({
  runId: newRunId(),
  pool: "default",
  workflowHash: "hash-1",
  priority: undefined,
  ...given,
});

export function testStartLanes(contract: JobQueueContract): void {
  describe("the lane that a run starts with", () => {
    test("reaches a worker of its pool in any process, with the workflow that it starts", async () => {
      const { queue, peer } = await openQueue(contract);
      const [gpu, other] = [await takeLanes(peer, { pool: "gpu" }), await takeLanes(peer)];
      const start = newStart({ pool: "gpu" });
      await queue.addStartLane(start);
      const lane = await gpu.inbox.next();
      expect(lane.ref).toMatchObject({
        runId: start.runId,
        dispatch: 1,
        level: 0,
        pool: "gpu",
        strands: 1,
        startsWorkflow: "hash-1",
      });
      expect(lane.context.isRepeated).toBe(false);
      expect(other.inbox.waiting).toEqual([]);
    });

    test("has a number that no lane of a barrier has", async () => {
      const { queue } = await openQueue(contract);
      const { inbox } = await takeLanes(queue);
      const barrier = await addLevel(queue, { lanes: { default: 3 } });
      await queue.addStartLane(newStart({ runId: barrier.runId }));
      const lanes = [await inbox.next(), await inbox.next(), await inbox.next(), await inbox.next()];
      expect(new Set(lanes.map(({ ref }) => ref.lane)).size).toBe(4);
    });

    test("is added once, also after it has ended, and releases nothing", async () => {
      const { queue } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      const start = newStart();
      await queue.addStartLane(start);
      await queue.addStartLane(start);
      (await lanes.inbox.next()).end({ kind: "done" });
      await eventually(async () => !(await queue.isCarried({ ...newBarrier(-1), runId: start.runId, startPool: "default" })));
      await queue.addStartLane(start);
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
      const next = newStart();
      await queue.addStartLane(next);
      expect((await lanes.inbox.next()).ref.runId).toBe(next.runId);
    });

    test("carries its run until it ends, also while it waits to come again", async () => {
      const { queue, peer } = await openQueue(contract);
      const { inbox } = await takeLanes(queue);
      const start = newStart();
      const ref = { runId: start.runId, dispatch: 1, level: -1, startPool: "default" };
      expect(await peer.isCarried(ref)).toBe(false);
      await queue.addStartLane(start);
      expect(await peer.isCarried(ref)).toBe(true);
      expect(await peer.isCarried({ ...ref, dispatch: 2 })).toBe(false);
      expect(await peer.isCarried({ ...ref, level: 0 })).toBe(false);
      (await inbox.next()).end({ kind: "wait", delayMs: 100 });
      expect(await peer.isCarried(ref)).toBe(true);
      const again = await inbox.next();
      expect(again.context.isRepeated).toBe(true);
      again.end({ kind: "fail", message: "error executing node \ud800: boom" });
      await eventually(async () => !(await peer.isCarried(ref)));
    });

    test("is taken before others if it is more urgent", async () => {
      const { queue } = await openQueue(contract);
      const [late, soon] = [newStart({ priority: 5 }), newStart({ priority: 1 })];
      await queue.addStartLane(late);
      await queue.addStartLane(soon);
      const { inbox } = await takeLanes(queue, { concurrency: 1 });
      expect((await inbox.next()).ref.runId).toBe(soon.runId);
    });

    test("is removed with its run's jobs, but not while it is worked on", async () => {
      const { queue, peer } = await openQueue(contract);
      const start = newStart();
      const jobs = { runId: start.runId, dispatch: 1, levelCount: 1, startPool: "default" };
      await queue.addStartLane(start);
      const { inbox } = await takeLanes(queue);
      const lane = await inbox.next();
      expect(await peer.removeJobs(jobs)).toBe(false);
      lane.end({ kind: "done" });
      await eventually(() => peer.removeJobs(jobs));
      // Forgotten: it can be added again.
      await queue.addStartLane(start);
      expect((await inbox.next()).ref.runId).toBe(start.runId);
    });
  });

  describe("a barrier without lanes", () => {
    test("reaches a scheduler at once, and once", async () => {
      const { queue, peer } = await openQueue(contract);
      const jobs = await takeJobs(peer);
      const barrier = newBarrier();
      await queue.addBarrier({ ...barrier, workflowId: "w \ud800" });
      const fired = await jobs.inbox.next();
      expect(fired.ref).toEqual({ kind: "barrier", ...barrier });
      expect(await fired.context.lanesPending()).toBe(false);
      expect(await queue.isCarried(barrier)).toBe(true);
      fired.end({ kind: "done" });
      await queue.addBarrier({ ...barrier, workflowId: undefined });
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
    });
  });
}
