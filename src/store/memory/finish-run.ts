import type { FinishRunOutcome, FinishRunParams } from "../../core/ports/worker-store.ts";
import { isFinal, RUN_TRANSITIONS } from "../../core/run/states.ts";
import { createList } from "./fifo-list.ts";
import {
  appendEvent,
  cancelHeldRetries,
  cancelNode,
  disarm,
  endClaim,
  publish,
  type MemoryRun,
  type MemoryState,
} from "./memory-state.ts";

export function finishRun(state: MemoryState, { runId, epoch, outcome, behindLevel }: FinishRunParams): FinishRunOutcome {
  const run = state.runs.get(runId);
  if (run === undefined || run.record.epoch !== epoch) return { kind: "superseded" };
  const { record } = run;
  if (isFinal(record.status)) return { kind: "already-finished" };
  if (!RUN_TRANSITIONS[record.status].includes(outcome)) return { kind: "superseded" };
  if (behindLevel !== undefined && !isOver(run, behindLevel)) return { kind: "superseded" };
  const now = state.now();
  const remainingMs = (record.finishBy ?? now) - now;
  if (run.claims.size > 0 && remainingMs > 0) return { kind: "claims-live", remainingMs };
  cancelLeftovers(state, run);
  const lastLevel = run.timings.get(record.level);
  if (lastLevel !== undefined) lastLevel.finishedAt ??= now;
  record.status = outcome;
  record.finishedAt = now;
  if (record.finishBy !== undefined) delete record.finishBy;
  clearJobs(state, run);
  appendEvent(state, run, "finished", { status: outcome, ...record.cause });
  publish(state.finishListeners, runId);
  return { kind: "finished" };
}

function isOver({ record, levelWidth }: MemoryRun, level: number): boolean {
  return record.level === level && record.committedInLevel === levelWidth;
}

function cancelLeftovers(state: MemoryState, run: MemoryRun): void {
  for (const claim of run.claims.values()) {
    endClaim(state, run, claim);
    cancelNode(state, run, claim.nodeId);
  }
  cancelHeldRetries(state, run);
}

function clearJobs(state: MemoryState, run: MemoryRun): void {
  disarm(state, run.timeout);
  disarm(state, run.finishDeadline);
  run.timeout = undefined;
  run.finishDeadline = undefined;
  run.free = new Map();
  run.ordered = createList();
  run.lanes.clear();
  run.planned = { lanes: {}, strands: 1 };
}
