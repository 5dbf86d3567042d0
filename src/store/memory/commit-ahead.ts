import type { CommitAheadOutcome, CommitAheadParams } from "../../core/ports/worker-store.ts";
import { findCandidate, hasRoom, standsForRun } from "./claim-node.ts";
import { countCommit } from "./commit-node.ts";
import { dropFirst } from "./fifo-list.ts";
import { appendEvent, nodeOf, type MemoryState } from "./memory-state.ts";

export function commitAhead(
  state: MemoryState,
  { lane, worker, epoch, level, nodeId, result }: CommitAheadParams,
): CommitAheadOutcome {
  const run = state.runs.get(lane.runId);
  if (run === undefined || !standsForRun(run, lane) || run.record.status !== "running") return "refused";
  if (run.record.epoch !== epoch || run.record.level !== level || run.nodes.has(nodeId) || !hasRoom(run)) return "refused";
  const candidate = findCandidate(run, lane.pool);
  if (candidate?.entry.nodeId !== nodeId) return "refused";
  dropFirst(candidate.list);
  run.results.set(nodeId, result);
  const now = state.now();
  Object.assign(nodeOf(run, nodeId), { status: "completed", attempt: 1, startedAt: now, finishedAt: now, worker });
  appendEvent(state, run, "node-started", { level, nodeId, attempt: 1, worker });
  appendEvent(state, run, "node-completed", { level, nodeId, attempt: 1 });
  return countCommit(run);
}
