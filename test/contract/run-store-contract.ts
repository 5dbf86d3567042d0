import { describe } from "vitest";
import { testClaimNode } from "./run-store/claim-node.ts";
import { testCommitAhead } from "./run-store/commit-ahead.ts";
import { testCommitNode } from "./run-store/commit-node.ts";
import { testConcurrency } from "./run-store/concurrency.ts";
import { testCreateRun } from "./run-store/create-run.ts";
import { testDeadlines } from "./run-store/deadlines.ts";
import { testDispatchLevel } from "./run-store/dispatch-level.ts";
import { testFailAttempt } from "./run-store/fail-attempt.ts";
import { testEnterLevel } from "./run-store/enter-level.ts";
import { testFinishRun } from "./run-store/finish-run.ts";
import { testHostileIds } from "./run-store/hostile-ids.ts";
import { testLargeRuns } from "./run-store/large-runs.ts";
import { testLifecycle } from "./run-store/lifecycle.ts";
import { testLists } from "./run-store/lists.ts";
import { testPauseRun } from "./run-store/pause-run.ts";
import { testReleaseClaim } from "./run-store/release-claim.ts";
import { testRetryRun } from "./run-store/retry-run.ts";
import type { RunStoreContract } from "./run-store/run-driver.ts";
import { testStartRun } from "./run-store/start-run.ts";
import { testStopRun } from "./run-store/stop-run.ts";
import { testWorkers } from "./run-store/workers.ts";

/** What every adapter of `RunStore` has to do. */
export function describeRunStoreContract(contract: RunStoreContract): void {
  describe(`RunStore: ${contract.name}`, () => {
    testLifecycle(contract);
    testCreateRun(contract);
    testDispatchLevel(contract);
    testStartRun(contract);
    testClaimNode(contract);
    testCommitNode(contract);
    testCommitAhead(contract);
    testFailAttempt(contract);
    testReleaseClaim(contract);
    testStopRun(contract);
    testPauseRun(contract);
    testRetryRun(contract);
    testEnterLevel(contract);
    testFinishRun(contract);
    testDeadlines(contract);
    testLists(contract);
    testWorkers(contract);
    testHostileIds(contract);
    testConcurrency(contract);
    testLargeRuns(contract);
  });
}
