import type { ClaimRef, CommitNodeOutcome, CommitNodeParams, StateChange } from "../../core/ports/worker-store.ts";
import { appendEvent, cancelNode, endClaim, findClaim, nodeOf, type MemoryRun, type MemoryState } from "./memory-state.ts";

export function commitNode(state: MemoryState, { claim: ref, result, stateChanges }: CommitNodeParams): CommitNodeOutcome {
  const held = findClaim(state, ref);
  if (held === undefined) return refuse(state, ref, "stale");
  const { run, claim } = held;
  const { record } = run;
  const now = state.now();
  endClaim(state, run, claim);
  if (record.status !== "running" && record.status !== "paused") {
    cancelNode(state, run, claim.nodeId);
    return refuse(state, ref, "run-stopped");
  }
  run.results.set(claim.nodeId, result);
  for (const change of stateChanges) applyChange(run, change, now);
  const node = nodeOf(run, claim.nodeId);
  node.status = "completed";
  node.finishedAt = now;
  node.error = undefined;
  appendEvent(state, run, "node-completed", { level: record.level, nodeId: claim.nodeId, attempt: node.attempt });
  return countCommit(run);
}

/** Counts a node that is committed. Answers whether its level is over with it. */
export function countCommit({ record, levelWidth }: MemoryRun): "committed" | "committed-level" {
  record.committedInLevel += 1;
  record.committedCount += 1;
  return record.committedInLevel === levelWidth ? "committed-level" : "committed";
}

function refuse(state: MemoryState, ref: ClaimRef, outcome: "stale" | "run-stopped"): CommitNodeOutcome {
  const run = state.runs.get(ref.runId);
  if (run !== undefined) run.refusedCount += 1;
  return outcome;
}

function applyChange(run: MemoryRun, change: StateChange, now: number): void {
  if (change.kind === "delete") {
    run.shared.delete(change.key);
    return;
  }
  const expiresAt = change.ttlMs === undefined ? Infinity : now + change.ttlMs;
  run.shared.set(change.key, { text: JSON.stringify(change.value), expiresAt });
}
