import type { FailAttemptOutcome, FailAttemptParams } from "../../core/ports/worker-store.ts";
import type { RunEvent } from "../../core/run/run-event.ts";
import {
  appendEvent,
  endClaim,
  findClaim,
  holdRetry,
  nodeOf,
  publish,
  type MemoryClaim,
  type MemoryNode,
  type MemoryRun,
  type MemoryState,
} from "./memory-state.ts";
import { beginStop } from "./stop-run.ts";

export function failAttempt(state: MemoryState, params: FailAttemptParams): FailAttemptOutcome {
  const held = findClaim(state, params.claim);
  if (held === undefined) return "stale";
  const { run, claim } = held;
  const node = nodeOf(run, claim.nodeId);
  const error = { ...params.error };
  const takesResults = run.record.status === "running" || run.record.status === "paused";
  endClaim(state, run, claim);
  node.error = error;
  publish(state.abortListeners, { runId: run.record.runId, token: claim.token });
  if (takesResults && params.retryDelayMs !== undefined) {
    awaitRetry(state, run, claim, node, params.retryDelayMs);
    return "retrying";
  }
  node.status = "failed";
  node.finishedAt = state.now();
  appendEvent(state, run, "node-failed", describe(run, claim, node));
  if (!takesResults) return "recorded";
  beginStop(state, run, { status: "failing", cause: { code: error.code, message: error.message }, graceMs: params.graceMs });
  return "failed-run";
}

function awaitRetry(state: MemoryState, run: MemoryRun, claim: MemoryClaim, node: MemoryNode, delayMs: number): void {
  const retryAt = state.now() + delayMs;
  node.status = "pending";
  node.crashCount = 0;
  node.retryAt = retryAt;
  holdRetry(run, claim.lane, claim, retryAt);
  appendEvent(state, run, "node-retrying", { ...describe(run, claim, node), delayMs });
}

function describe(run: MemoryRun, { nodeId }: MemoryClaim, { attempt, error }: MemoryNode): Partial<RunEvent> {
  const cause = error === undefined ? {} : { code: error.code, message: error.message };
  return { level: run.record.level, nodeId, attempt, ...cause };
}
