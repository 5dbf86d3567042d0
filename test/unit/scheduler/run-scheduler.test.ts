import { describe, expect, onTestFinished, test, vi } from "vitest";
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

  test.each([20, 60_000])("acts on a timeout of %i ms as it passes, whenever it would have looked", async (timeoutMs) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { store, scheduler } = open();
    const before = await startRun(store, { options: { timeoutMs } });
    await scheduler.start();
    const after = await startRun(store, { options: { timeoutMs } });
    const statuses = async () => Promise.all([before, after].map(({ runId }) => store.readStatus({ runId })));
    await vi.advanceTimersByTimeAsync(timeoutMs - 1);
    expect(await statuses()).toEqual(["running", "running"]);
    await vi.advanceTimersByTimeAsync(2 * DEFAULTS.deadlineGatherMs);
    expect(await statuses()).not.toContain("running");
    const stopping = scheduler.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    await stopping;
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
