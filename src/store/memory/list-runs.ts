import type { ListRunsParams, RunCounts } from "../../core/ports/producer-store.ts";
import type { RunRecord } from "../../core/run/run-record.ts";
import { isFinal } from "../../core/run/states.ts";
import { releaseDefinition } from "./definitions.ts";
import { snapshotRun, type MemoryState } from "./memory-state.ts";

export function listRuns(state: MemoryState, { limit, status }: ListRunsParams): readonly RunRecord[] {
  const runs = [...state.runs.values()].reverse();
  const wanted = status === undefined ? runs : runs.filter(({ record }) => record.status === status);
  return wanted.slice(0, limit).map(snapshotRun);
}

export function countRuns(state: MemoryState): RunCounts {
  const statuses = [...state.runs.values()].map(({ record }) => record.status);
  const finished = statuses.filter((status) => isFinal(status)).length;
  const paused = statuses.filter((status) => status === "paused").length;
  return { active: statuses.length - finished - paused, paused, finished };
}

export interface ListUnfinishedParams {
  readonly minAgeMs: number;
  readonly limit: number;
  readonly offset: number;
}

export function listUnfinished(state: MemoryState, { minAgeMs, limit, offset }: ListUnfinishedParams): readonly RunRecord[] {
  const before = state.now() - minAgeMs;
  return [...state.runs.values()]
    .filter(({ record, dispatchedAt }) => !isFinal(record.status) && record.status !== "paused" && dispatchedAt <= before)
    .sort((a, b) => a.dispatchedAt - b.dispatchedAt)
    .slice(offset, offset + limit)
    .map(snapshotRun);
}

export function listExpired(
  state: MemoryState,
  { retentionMs, limit, offset }: { readonly retentionMs: number; readonly limit: number; readonly offset: number },
) {
  const before = state.now() - retentionMs;
  return [...state.runs.values()]
    .filter(({ record }) => isFinal(record.status) && (record.finishedAt ?? Infinity) <= before)
    .sort((a, b) => (a.record.finishedAt ?? 0) - (b.record.finishedAt ?? 0))
    .slice(offset, offset + limit)
    .map(snapshotRun);
}

/** Removes a finished run; one that has not ended is left alone. */
export function deleteRun(state: MemoryState, runId: string): void {
  const run = state.runs.get(runId);
  if (run === undefined || !isFinal(run.record.status)) return;
  state.runs.delete(runId);
  if (run.idempotencyKey !== undefined) state.runIdsByKey.delete(run.idempotencyKey);
  releaseDefinition(state, run.record.workflowHash);
}
