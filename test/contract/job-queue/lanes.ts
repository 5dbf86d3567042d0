import { describe, expect, test } from "vitest";
import { addLevel, arrivedBeforeNow, nextOf, openQueue, takeJobs, takeLanes, type JobQueueContract } from "./queue-driver.ts";

export function testLanes(contract: JobQueueContract): void {
  describe("a lane", () => {
    test("that waits comes again after its delay, and holds its barrier", async () => {
      const { queue } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      await addLevel(queue);
      const first = await lanes.inbox.next();
      const endedAt = performance.now();
      first.end({ kind: "wait", delayMs: 200 });
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
      const second = await lanes.inbox.next();
      expect(performance.now() - endedAt).toBeGreaterThan(190);
      expect(second.ref).toEqual(first.ref);
      second.end({ kind: "done" });
      expect((await jobs.inbox.next()).ref.kind).toBe("barrier");
    });

    test("that waits many times is never given up", async () => {
      const { queue } = await openQueue(contract);
      const { inbox } = await takeLanes(queue);
      await addLevel(queue);
      for (let i = 0; i < 12; i += 1) (await inbox.next()).end({ kind: "wait", delayMs: 1 });
      expect((await inbox.next()).ref.lane).toBe(0);
    });

    test("that is handed back reaches another worker", async () => {
      const { queue, peer } = await openQueue(contract);
      const stopping = await takeLanes(queue);
      await addLevel(queue, { lanes: { default: 2 } });
      const [first, second] = await nextOf(stopping.inbox, 2);
      const stopped = stopping.consumer.stop({ timeoutMs: 10_000 });
      const other = await takeLanes(peer);
      first?.end({ kind: "hand-back" });
      expect((await other.inbox.next()).ref).toEqual(first?.ref);
      second?.end({ kind: "hand-back" });
      expect((await other.inbox.next()).ref).toEqual(second?.ref);
      await stopped;
      expect(stopping.inbox.waiting).toEqual([]);
    });

    test("that is handed back to a queue with one worker reaches it again", async () => {
      const { queue } = await openQueue(contract);
      const { inbox } = await takeLanes(queue);
      await addLevel(queue);
      for (let i = 0; i < 3; i += 1) (await inbox.next()).end({ kind: "hand-back" });
      expect((await inbox.next()).ref.lane).toBe(0);
    });

    test("comes again when its handler throws", async () => {
      const { queue } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      await addLevel(queue);
      (await lanes.inbox.next()).throwError();
      expect(await arrivedBeforeNow(queue, jobs)).toEqual([]);
      (await lanes.inbox.next()).end({ kind: "done" });
      expect((await jobs.inbox.next()).ref.kind).toBe("barrier");
    });

    test("that failed is not run again", async () => {
      const { queue } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(queue), await takeLanes(queue)];
      await addLevel(queue);
      (await lanes.inbox.next()).end({ kind: "fail", message: "error executing node \ud800: boom" });
      const fired = await jobs.inbox.next();
      expect(await fired.context.lanesPending()).toBe(false);
      const other = await addLevel(queue);
      expect((await lanes.inbox.next()).ref.runId).toBe(other.runId);
    });

    test("is held while all is well", async () => {
      const { queue } = await openQueue(contract);
      const { inbox } = await takeLanes(queue);
      await addLevel(queue);
      const { hold } = (await inbox.next()).context;
      expect(hold.isLost).toBe(false);
    });
  });
}
