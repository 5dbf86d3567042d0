import { describe, expect, test } from "vitest";
import { arrivedBeforeNow, eventually, newBarrier, openQueue, takeJobs, type JobQueueContract } from "./queue-driver.ts";

export function testSchedulerJobs(contract: JobQueueContract): void {
  describe("start and stop jobs", () => {
    test("reach a scheduler in any process", async () => {
      const { queue, peer } = await openQueue(contract);
      const { inbox } = await takeJobs(peer);
      const { runId } = newBarrier();
      await queue.addStart({ runId, dispatch: 1, workflowId: "w \ud800" });
      const start = await inbox.next();
      expect(start.ref).toEqual({ kind: "start", runId, dispatch: 1 });
      expect(await start.context.lanesPending()).toBe(false);
      start.end({ kind: "done" });
      await queue.addStop({ runId, dispatch: 1 });
      const stop = await inbox.next();
      expect(stop.ref).toEqual({ kind: "stop", runId, dispatch: 1 });
      expect(await stop.context.lanesPending()).toBe(false);
    });

    test("wait for a scheduler to come", async () => {
      const { queue } = await openQueue(contract);
      const { runId } = newBarrier();
      await queue.addStart({ runId, dispatch: 1, workflowId: undefined });
      const { inbox } = await takeJobs(queue);
      expect((await inbox.next()).ref.runId).toBe(runId);
    });

    test("are added once an issuing, also after they have ended", async () => {
      const { queue } = await openQueue(contract);
      const jobs = await takeJobs(queue);
      const { runId } = newBarrier();
      const add = async (): Promise<void> => {
        await queue.addStart({ runId, dispatch: 1, workflowId: undefined });
        await queue.addStop({ runId, dispatch: 1 });
      };
      await add();
      await add();
      for (const kind of ["start", "stop"]) {
        const delivery = await jobs.inbox.next();
        expect(delivery.ref.kind).toBe(kind);
        delivery.end({ kind: "done" });
      }
      await add();
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
      await queue.addStart({ runId, dispatch: 2, workflowId: undefined });
      expect((await jobs.inbox.next()).ref).toEqual({ kind: "start", runId, dispatch: 2 });
    });

    test("carry their run until they end", async () => {
      const { queue, peer } = await openQueue(contract);
      const ref = { ...newBarrier(), level: -1 };
      expect(await queue.isCarried(ref)).toBe(false);
      await queue.addStop(ref);
      expect(await queue.isCarried(ref)).toBe(false);
      await queue.addStart({ ...ref, workflowId: undefined });
      expect(await peer.isCarried(ref)).toBe(true);
      expect(await peer.isCarried({ ...ref, dispatch: 2 })).toBe(false);
      expect(await peer.isCarried({ ...ref, level: 0 })).toBe(false);
      const { inbox } = await takeJobs(queue);
      const start = await inbox.find(({ ref: { kind } }) => kind === "start");
      expect(await peer.isCarried(ref)).toBe(true);
      start.end({ kind: "done" });
      await eventually(async () => !(await queue.isCarried(ref)));
    });

    test("come again after the delay that their handler asks for", async () => {
      const { queue } = await openQueue(contract);
      const { inbox } = await takeJobs(queue);
      const ref = { ...newBarrier(), level: -1 };
      await queue.addStart({ ...ref, workflowId: undefined });
      const first = await inbox.next();
      const endedAt = performance.now();
      first.end({ kind: "wait-for-lanes", elseDelayMs: 150 });
      const second = await inbox.next();
      expect(second.ref).toEqual(first.ref);
      expect(performance.now() - endedAt).toBeGreaterThan(140);
      expect(await queue.isCarried(ref)).toBe(true);
    });

    test("come again when their handler throws", async () => {
      const { queue } = await openQueue(contract);
      const { inbox } = await takeJobs(queue);
      const ref = { ...newBarrier(), level: -1 };
      await queue.addStart({ ...ref, workflowId: undefined });
      (await inbox.next()).throwError();
      expect((await inbox.next()).ref.runId).toBe(ref.runId);
      expect(await queue.isCarried(ref)).toBe(true);
    });

    test("are over when they fail", async () => {
      const { queue } = await openQueue(contract);
      const jobs = await takeJobs(queue);
      const ref = { ...newBarrier(), level: -1 };
      await queue.addStart({ ...ref, workflowId: undefined });
      (await jobs.inbox.next()).end({ kind: "fail", message: "error executing node \ud800: boom" });
      await eventually(async () => !(await queue.isCarried(ref)));
      await queue.addStart({ ...ref, workflowId: undefined });
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
    });
  });
}
