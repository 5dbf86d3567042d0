import type { FailAttemptOutcome, FailAttemptParams } from "../../core/ports/worker-store.ts";
import type { RunError } from "../../core/run/run-record.ts";
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
  const error = describeFailure(run, claim, node, params.error);
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
  appendEvent(state, run, "node-failed", eventOf(error));
  if (!takesResults) return "recorded";
  beginStop(state, run, { status: "failing", cause: { code: error.code, message: error.message }, graceMs: params.graceMs });
  return "failed-run";
}

function describeFailure(run: MemoryRun, claim: MemoryClaim, node: MemoryNode, error: FailAttemptParams["error"]): RunError {
  return {
    code: error.code,
    message: `error executing node ${claim.nodeId}: ${error.message}`,
    nodeId: claim.nodeId,
    level: run.record.level,
    attempt: node.attempt,
  };
}

function awaitRetry(state: MemoryState, run: MemoryRun, claim: MemoryClaim, node: MemoryNode, delayMs: number): void {
  const retryAt = state.now() + delayMs;
  node.status = "pending";
  node.crashCount = 0;
  node.retryAt = retryAt;
  holdRetry(run, claim.lane, claim, retryAt);
  appendEvent(state, run, "node-retrying", { ...(node.error === undefined ? {} : eventOf(node.error)), delayMs });
}

function eventOf(error: RunError): RunError {
  return { ...error };
}
