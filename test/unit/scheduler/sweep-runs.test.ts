import { LRUCache } from "lru-cache";
import { describe, expect, test } from "vitest";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { parseSettings } from "../../../src/core/config/settings.ts";
import type { JobQueue } from "../../../src/core/ports/job-queue.ts";
import type { DispatchLevelOutcome } from "../../../src/core/ports/scheduler-store.ts";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import type { RunRecord } from "../../../src/core/run/run-record.ts";
import { Remembered } from "../../../src/core/time/remembered.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";
import { sweepRuns } from "../../../src/scheduler/sweep-runs.ts";
import { CapturedLog } from "../../support/captured-log.ts";
import { layers } from "../../support/payloads.ts";

const RUN: RunRecord = {
  runId: "0-0mfx3k2a1-0a1b2c3d4e5f60718293",
  workflowHash: "hash",
  status: "running",
  epoch: 1,
  dispatch: 1,
  level: 0,
  barrierLevel: 0,
  strands: 1,
  committedInLevel: 2,
  committedCount: 2,
  nodeCount: 4,
  levelCount: 2,
  sequential: false,
  createdAt: 0,
};

/** Sweeps one run that no job seems to carry, and that the store answers so about. */
async function sweep(outcome: DispatchLevelOutcome): Promise<{ readonly warnings: string[]; readonly addedCount: number }> {
  const log = new CapturedLog();
  let addedCount = 0;
  const store: Partial<RunStore> = {
    listUnfinished: async ({ offset }) => (offset === 0 ? [RUN] : []),
    loadWorkflow: async () => parseWorkflow(layers({ levels: 2, width: 2, type: "sum" })),
    readCommitted: async () => new Set(),
    readStatefulTypes: async () => new Set(),
    dispatchLevel: async () => outcome,
  };
  const queue: Partial<JobQueue> = {
    isCarried: async () => false,
    addLevel: async () => void (addedCount += 1),
  };
  await sweepRuns({
    store: store as RunStore,
    queue: queue as JobQueue,
    settings: { ...parseSettings(), scheduler: "scheduler-1", sweepMinAgeMs: DEFAULTS.sweepMinAgeMs, concurrency: 1 },
    builtinTypes: new Map(),
    seenRuns: new LRUCache({ max: 1 }),
    handlerTimes: new Remembered(async () => new Map(), { maxAgeMs: 0 }),
    random: () => 0,
    log: log.logger,
  });
  return { warnings: log.messages("warn"), addedCount };
}

describe("sweepRuns", () => {
  test("issues the level of a run anew that no job carries, and says so", async () => {
    expect(await sweep({ kind: "advanced", lanes: { default: 2 }, strands: 1 })).toEqual({
      warnings: ["no job carried this run; its level was issued again"],
      addedCount: 1,
    });
  });

  test("makes sure of the jobs, and says nothing, when somebody else has issued the level anew meanwhile", async () => {
    expect(await sweep({ kind: "already-advanced", lanes: { default: 2 }, strands: 1 })).toEqual({ warnings: [], addedCount: 1 });
  });

  test.each(["superseded", "finished"] as const)("leaves a run alone, and says nothing, when it turns out %s", async (kind) => {
    expect(await sweep({ kind })).toEqual({ warnings: [], addedCount: 0 });
  });
});
