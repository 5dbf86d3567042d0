import { describe, expect, test } from "vitest";
import {
  addLevel,
  newBarrier,
  nextOf,
  openQueue,
  takeJobs,
  takeLanes,
  type JobQueueContract,
  type LaneDelivery,
} from "./queue-driver.ts";

export function testConsumers(contract: JobQueueContract): void {
  describe("a consumer", () => {
    test("runs as many jobs at a time as it was told to", async () => {
      const { queue } = await openQueue(contract);
      const { inbox } = await takeLanes(queue, { concurrency: 2 });
      await addLevel(queue, { lanes: { default: 6 } });
      const open: LaneDelivery[] = await nextOf(inbox, 2);
      for (let i = 2; i < 6; i += 1) {
        expect(inbox.waiting).toEqual([]);
        open.shift()?.end({ kind: "done" });
        open.push(await inbox.next());
      }
      expect(inbox.waiting).toEqual([]);
    });

    test("shares the jobs with others, each run once", async () => {
      const { queue, peer } = await openQueue(contract);
      const taken = [await takeLanes(queue, { concurrency: 3 }), await takeLanes(peer, { concurrency: 3 })];
      const jobs = await takeJobs(peer);
      await addLevel(queue, { lanes: { default: 40 } });
      const seen: number[] = [];
      for (const { inbox } of taken) {
        void (async () => {
          for (;;) {
            const lane = await inbox.next();
            seen.push(lane.ref.lane);
            lane.end({ kind: "done" });
          }
        })();
      }
      await jobs.inbox.next();
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, lane) => lane));
    });

    test("stops after its jobs have ended, and takes none meanwhile", async () => {
      const { queue, peer } = await openQueue(contract);
      const { inbox, consumer } = await takeLanes(queue, { concurrency: 1 });
      await addLevel(queue, { lanes: { default: 2 } });
      const first = await inbox.next();
      let isStopped = false;
      const stopping = [consumer.stop({ timeoutMs: 20_000 }), consumer.stop({ timeoutMs: 20_000 })].map(async (stop) => {
        await stop;
        isStopped = true;
      });
      const other = await takeLanes(peer);
      const second = await other.inbox.next();
      expect(second.ref.lane).not.toBe(first.ref.lane);
      expect(isStopped).toBe(false);
      first.end({ kind: "done" });
      await Promise.all(stopping);
      await consumer.stop({ timeoutMs: 0 });
      expect(inbox.waiting).toEqual([]);
    });

    test("that is stopped with a job under way leaves it to another after the timeout", async () => {
      const { queue, peer } = await openQueue(contract);
      const [jobs, lanes] = [await takeJobs(peer), await takeLanes(queue)];
      const barrier = await addLevel(queue);
      const abandoned = await lanes.inbox.next();
      await lanes.consumer.stop({ timeoutMs: 30 });
      const other = await takeLanes(peer);
      const again = await other.inbox.next();
      expect(again.ref).toEqual(abandoned.ref);
      // Whatever becomes of the first handler, the lane is the second one's now.
      abandoned.end({ kind: "fail", message: "late" });
      again.end({ kind: "done" });
      expect((await jobs.inbox.next()).ref).toEqual({ kind: "barrier", ...barrier });
    });

    test("of a queue that is started and stopped again and again does not mind", async () => {
      const { queue, peer } = await openQueue(contract);
      await Promise.all([queue.start(), queue.start()]);
      const { inbox } = await takeJobs(queue);
      await queue.addStart({ ...newBarrier(), workflowId: undefined });
      (await inbox.next()).end({ kind: "done" });
      await Promise.all([peer.stop(), peer.stop()]);
      await peer.stop();
      await peer.start();
      const ref = newBarrier();
      await peer.addStart({ ...ref, workflowId: undefined });
      expect(await peer.isCarried({ ...ref, level: -1 })).toBe(true);
    });
  });
}
