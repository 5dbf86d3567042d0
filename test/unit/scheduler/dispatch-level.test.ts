import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { parseSettings } from "../../../src/core/config/settings.ts";
import { SILENT_LOGGER } from "../../../src/core/ports/logger.ts";
import type { AddLevelParams, JobQueue } from "../../../src/core/ports/job-queue.ts";
import { Remembered } from "../../../src/core/time/remembered.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";
import { defineNode } from "../../../src/index.ts";
import { dispatchLevel } from "../../../src/scheduler/dispatch-level.ts";
import { createWorkerBench } from "../../support/worker-bench.ts";

const node = defineNode({ type: "n", data: z.unknown(), run: () => null });

test("a type that a worker has told of since the scheduler last looked is known", async () => {
  const level = Array.from({ length: 20 }, (_, i) => ({ id: `n${String(i)}`, type: "n" }));
  const edges = level.map(({ id }) => ({ source: "first", target: id }));
  const payload = { nodes: [{ id: "first", type: "n" }, ...level], edges };
  const { store, runId } = await createWorkerBench({ payload, nodes: [node] });
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const handlerTimes = new Remembered(() => store.readHandlerTimes(), { maxAgeMs: 60_000 });
  expect(await handlerTimes.get()).toEqual(new Map());
  await store.noteHandlerTimes(new Map([["n", { count: 1, meanMs: 0.1 }]]));
  vi.advanceTimersByTime(100);
  const added: AddLevelParams[] = [];
  const context = {
    store,
    queue: { addLevel: async (params: AddLevelParams) => void added.push(params) } as unknown as JobQueue,
    settings: { ...parseSettings(), scheduler: "scheduler-1", sweepMinAgeMs: DEFAULTS.sweepMinAgeMs, concurrency: 1 },
    builtinTypes: new Map(),
    seenRuns: new Map(),
    handlerTimes,
    random: () => 0,
    log: SILENT_LOGGER,
  };
  const run = (await store.loadRun({ runId }))!;
  await dispatchLevel(context, { run, workflow: parseWorkflow(payload) }, { dispatch: run.dispatch, level: 1 });
  expect(added.map(({ lanes }) => ({ ...lanes }))).toEqual([{ default: 1 }]);
});
