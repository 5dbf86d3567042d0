import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { parseSettings } from "../../../src/core/config/settings.ts";
import { createMemoryQueue } from "../../../src/queue/memory/memory-job-queue.ts";
import { RunScheduler } from "../../../src/scheduler/run-scheduler.ts";
import { createMemoryStore } from "../../../src/store/memory/memory-run-store.ts";
import { startRun } from "../../contract/run-store/run-driver.ts";
import { CapturedLog } from "../../support/captured-log.ts";

function open(announceScheduler?: () => Promise<void>) {
  const store = createMemoryStore();
  if (announceScheduler !== undefined) Object.assign(store, { announceScheduler });
  const log = new CapturedLog();
  const settings = { ...parseSettings(), scheduler: "scheduler-1", sweepMinAgeMs: DEFAULTS.sweepMinAgeMs, concurrency: 1 };
  const scheduler = new RunScheduler({
    store,
    queue: createMemoryQueue(),
    settings,
    builtinTypes: new Map(),
    random: Math.random,
    log: log.logger,
  });
  return { store, scheduler, log };
}

describe("a scheduler", () => {
  test("is known from its start to its end", async () => {
    const { store, scheduler } = open();
    await scheduler.start();
    expect((await store.listProcesses()).schedulers).toMatchObject([{ id: "scheduler-1" }]);
    await scheduler.stop();
    expect((await store.listProcesses()).schedulers).toEqual([]);
  });

  test("that is stopped while it starts does not go on by itself", async () => {
    let announced: () => void = () => undefined;
    const { scheduler } = open(() => new Promise((resolve) => (announced = resolve)));
    const starting = scheduler.start();
    await scheduler.stop();
    announced();
    await starting;
    expect(scheduler.loops()).toEqual({ isTakingJobs: true, tasks: [] });
    const timers = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length).toBe(timers);
  });

  describe("and deadlines", () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    async function start() {
      const opened = open();
      const { store, scheduler } = opened;
      await scheduler.start();
      // It has had its first look.
      await vi.advanceTimersByTimeAsync(50);
      onTestFinished(() => scheduler.stop());
      const statusOf = ({ runId }: { readonly runId: string }) => store.readStatus({ runId });
      return { ...opened, statusOf };
    }

    test.each([20, 60_000])("acts on a timeout of %i ms as it passes, whenever it would have looked", async (timeoutMs) => {
      const { store, statusOf } = await start();
      const run = await startRun(store, { options: { timeoutMs } });
      await vi.advanceTimersByTimeAsync(timeoutMs - 1);
      expect(await statusOf(run)).toBe("running");
      await vi.advanceTimersByTimeAsync(2 * DEFAULTS.deadlineGatherMs);
      expect(await statusOf(run)).not.toBe("running");
    });

    test("acts on one that passed while nobody was there", async () => {
      const { store, scheduler } = open();
      onTestFinished(() => scheduler.stop());
      const run = await startRun(store, { options: { timeoutMs: 10 } });
      await vi.advanceTimersByTimeAsync(5_000);
      await scheduler.start();
      await vi.advanceTimersByTimeAsync(2 * DEFAULTS.deadlineGatherMs);
      expect(await store.readStatus({ runId: run.runId })).not.toBe("running");
    });

    test("acts on one in time while another takes long", async () => {
      const { store, statusOf } = await start();
      const failRun = store.failRun.bind(store);
      const slow = await startRun(store, { options: { timeoutMs: 1_500 } });
      const failSlowly: typeof failRun = async (params) => {
        if (params.runId === slow.runId) await new Promise((resolve) => setTimeout(resolve, 800));
        return failRun(params);
      };
      Object.assign(store, { failRun: failSlowly });
      const next = await startRun(store, { options: { timeoutMs: 2_400 } });
      await vi.advanceTimersByTimeAsync(2_399);
      expect(await statusOf(next)).toBe("running");
      await vi.advanceTimersByTimeAsync(2 * DEFAULTS.deadlineGatherMs);
      expect(await statusOf(next)).not.toBe("running");
    });

    test("looks once a second where there are none", async () => {
      const { store } = await start();
      const take = vi.spyOn(store, "takeDeadlines");
      await vi.advanceTimersByTimeAsync(10_000);
      expect(take.mock.calls.length).toBeLessThan(12);
    });

    test("goes without word of them, if that is refused", async () => {
      const { store, scheduler, log } = open();
      Object.assign(store, { onDeadline: () => Promise.reject(new Error("no permissions to access a channel")) });
      onTestFinished(() => scheduler.stop());
      await scheduler.start();
      expect(log.messages("warn")).toContain("close timeouts are not heard of, and up to a second late");
      const run = await startRun(store, { options: { timeoutMs: 20 } });
      await vi.advanceTimersByTimeAsync(1_100);
      expect(await store.readStatus({ runId: run.runId })).not.toBe("running");
    });
  });

  test("that could not start can be started again", async () => {
    let count = 0;
    const { scheduler } = open(() => ((count += 1) === 1 ? Promise.reject(new Error("Redis is away")) : Promise.resolve()));
    await expect(scheduler.start()).rejects.toThrow("Redis is away");
    await scheduler.start();
    expect(count).toBe(2);
    await scheduler.stop();
  });
});
