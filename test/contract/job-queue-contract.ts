import { describe } from "vitest";
import { testConsumers } from "./job-queue/consumers.ts";
import { testLanes } from "./job-queue/lanes.ts";
import { testLevels } from "./job-queue/levels.ts";
import type { JobQueueContract } from "./job-queue/queue-driver.ts";
import { testStartLanes } from "./job-queue/start-lanes.ts";
import { testSchedulerJobs } from "./job-queue/scheduler-jobs.ts";

/** What every adapter of `JobQueue` has to do. */
export function describeJobQueueContract(contract: JobQueueContract): void {
  describe(`JobQueue: ${contract.name}`, () => {
    testSchedulerJobs(contract);
    testLevels(contract);
    testLanes(contract);
    testStartLanes(contract);
    testConsumers(contract);
  });
}
