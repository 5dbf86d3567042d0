import type { JsonValue } from "../../core/json/json-value.ts";
import type { StateEntry } from "../../core/node/define-node.ts";
import type { RunEvent } from "../../core/run/run-event.ts";
import type { NodeRecord } from "../../core/run/run-record.ts";
import type { MemoryNode, MemoryRun, MemoryState, Mutable } from "./memory-state.ts";

export function readNodes(run: MemoryRun | undefined): ReadonlyMap<string, NodeRecord> {
  const records = new Map<string, NodeRecord>();
  if (run === undefined) return records;
  for (const [nodeId, node] of run.nodes) records.set(nodeId, recordOf(node));
  return records;
}

function recordOf({ status, attempt, startedAt, finishedAt, worker, error }: MemoryNode): NodeRecord {
  const record: Mutable<NodeRecord> = { status, attempt };
  if (startedAt !== undefined) record.startedAt = startedAt;
  if (finishedAt !== undefined) record.finishedAt = finishedAt;
  if (worker !== undefined) record.worker = worker;
  if (error !== undefined) record.error = { ...error };
  return record;
}

export function readResults(run: MemoryRun | undefined): ReadonlyMap<string, JsonValue> {
  const results = new Map<string, JsonValue>();
  if (run === undefined) return results;
  for (const [nodeId, text] of run.results) results.set(nodeId, JSON.parse(text) as JsonValue);
  return results;
}

export function readEvents(run: MemoryRun | undefined, after: string | undefined, limit: number): readonly RunEvent[] {
  if (run === undefined) return [];
  // Ids count up by one without a gap, so a position follows from the last id.
  const firstId = run.eventCount - run.events.length + 1;
  const start = after === undefined ? 0 : Math.max(0, Number(after) + 1 - firstId);
  return run.events.slice(start, start + limit);
}

export function readState(state: MemoryState, runId: string, keys: readonly string[]): readonly StateEntry[] {
  const run = state.runs.get(runId);
  const now = state.now();
  return keys.map((key) => {
    const entry = run?.shared.get(key);
    if (entry === undefined) return { kind: "absent" };
    if (entry.expiresAt <= now) return { kind: "expired" };
    return { kind: "present", value: JSON.parse(entry.text) as JsonValue };
  });
}

export function readCommitted(run: MemoryRun | undefined, nodeIds: readonly string[]): ReadonlySet<string> {
  return new Set(run === undefined ? [] : nodeIds.filter((nodeId) => run.results.has(nodeId)));
}
