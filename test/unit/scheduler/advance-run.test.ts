import { describe, expect, test } from "vitest";
import { z } from "zod";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { parseSettings } from "../../../src/core/config/settings.ts";
import { SILENT_LOGGER } from "../../../src/core/ports/logger.ts";
import type { SchedulerJobOutcome } from "../../../src/core/ports/job-queue.ts";
import { Remembered } from "../../../src/core/time/remembered.ts";
import { defineNode } from "../../../src/index.ts";
import { createMemoryQueue } from "../../../src/queue/memory/memory-job-queue.ts";
import { advanceRun } from "../../../src/scheduler/advance-run.ts";
import { flat } from "../../support/payloads.ts";
import { createWorkerBench } from "../../support/worker-bench.ts";

const node = defineNode({ type: "n", data: z.looseObject({}), run: () => null });

describe("advanceRun", () => {
  test.each(["start", "stop"] as const)(
    "has a %s job see to the end of handlers from before a pause: no barrier does",
    async (kind) => {
      const bench = await createWorkerBench({ payload: flat([{ id: "n", type: "n" }]), nodes: [node] });
      const { store, runId } = bench;
      const { nodeId, epoch } = await bench.claim({ token: "token" });
      await store.pauseRun({ runId });
      expect(await store.resumeRun({ runId })).toEqual({ kind: "resumed", dispatch: 2 });
      await store.cancelRun({ runId, graceMs: 60_000 });
      const context = {
        store,
        queue: createMemoryQueue(),
        settings: { ...parseSettings(), scheduler: "scheduler-1", sweepMinAgeMs: DEFAULTS.sweepMinAgeMs, concurrency: 1 },
        builtinTypes: new Map(),
        seenRuns: new Map(),
        handlerTimes: new Remembered(async () => new Map(), { maxAgeMs: 0 }),
        random: () => 0,
        log: SILENT_LOGGER,
      };
      const advance = (): Promise<SchedulerJobOutcome> =>
        advanceRun(context, { kind, runId, dispatch: 2 }, { lanesPending: async () => false });
      expect(await advance()).toMatchObject({ kind: "wait-for-lanes" });
      await store.releaseClaim({
        claim: { runId, epoch, nodeId, token: "token" },
        reason: "run-stopped",
        type: "n",
        pool: "default",
      });
      expect(await advance()).toEqual({ kind: "done" });
      expect(await store.readStatus({ runId })).toBe("cancelled");
    },
  );
});
