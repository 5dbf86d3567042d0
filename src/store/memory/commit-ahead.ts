import type { CommitAheadParams } from "../../core/ports/worker-store.ts";
import { findCandidate, hasRoom, standsForRun } from "./claim-node.ts";
import { countCommit } from "./commit-node.ts";
import { dropFirst } from "./fifo-list.ts";
import { appendEvent, nodeOf, type MemoryState } from "./memory-state.ts";

export function commitAhead(state: MemoryState, { lane, worker, epoch, level, nodes }: CommitAheadParams): number {
  const run = state.runs.get(lane.runId);
  if (run === undefined || !standsForRun(run, lane) || run.record.status !== "running") return 0;
  if (run.record.epoch !== epoch || run.record.level !== level || !hasRoom(run)) return 0;
  const now = state.now();
  let count = 0;
  for (const { nodeId, result } of nodes) {
    const candidate = findCandidate(run, lane.pool);
    if (candidate?.entry.nodeId !== nodeId || run.nodes.has(nodeId)) break;
    dropFirst(candidate.list);
    run.results.set(nodeId, result);
    Object.assign(nodeOf(run, nodeId), { status: "completed", attempt: 1, startedAt: now, finishedAt: now, worker });
    appendEvent(state, run, "node-started", { level, nodeId, attempt: 1, worker });
    appendEvent(state, run, "node-completed", { level, nodeId, attempt: 1 });
    countCommit(run);
    count += 1;
  }
  return count;
}
