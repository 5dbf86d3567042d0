import { DEFAULTS } from "../../core/config/defaults.ts";
import type { ClaimRef, HeartbeatParams } from "../../core/ports/worker-store.ts";
import type { LiveProcesses } from "../../core/run/live-process.ts";
import { foldHandlerTime, type HandlerSample, type HandlerTimes } from "../../core/run/handler-times.ts";
import type { RunStatus } from "../../core/run/states.ts";
import { appendEvent, findClaim, type MemoryState } from "./memory-state.ts";

export function heartbeat(state: MemoryState, { worker, claims, ahead = [], ...entry }: HeartbeatParams): readonly string[] {
  state.workers.set(worker, { running: claims.length, seenAt: state.now(), ...entry });
  const lost = claims.filter((ref) => !TAKES_RESULTS.includes(findClaim(state, ref)?.run.record.status));
  const stopped = ahead.filter(({ runId, epoch }) => {
    const record = state.runs.get(runId)?.record;
    // Its start may be under way.
    return record?.epoch !== epoch || (record.status !== "queued" && !TAKES_RESULTS.includes(record.status));
  });
  return [...lost, ...stopped].map(({ token }) => token);
}

const TAKES_RESULTS: readonly (RunStatus | undefined)[] = ["running", "paused"];

export function isTypeServed(state: MemoryState, { type, pool }: { readonly type: string; readonly pool: string }): boolean {
  return liveIn(state, pool).some(({ types }) => types.includes(type));
}

export function countWorkers(state: MemoryState, { pool }: { readonly pool: string }): number {
  return liveIn(state, pool).length;
}

export function listProcesses(state: MemoryState): LiveProcesses {
  return { workers: liveOf(state, state.workers), schedulers: liveOf(state, state.schedulers) };
}

function liveIn(state: MemoryState, pool: string): { readonly types: readonly string[] }[] {
  return liveOf(state, state.workers).filter((worker) => worker.pool === pool);
}

type Live<Entry> = Omit<Entry, "seenAt"> & { readonly id: string; readonly silentMs: number };

function liveOf<Entry extends { readonly seenAt: number }>(
  { now }: MemoryState,
  entries: ReadonlyMap<string, Entry>,
): Live<Entry>[] {
  const at = now();
  return [...entries]
    .map(([id, { seenAt, ...entry }]) => ({ id, ...entry, silentMs: at - seenAt }))
    .filter(({ silentMs }) => silentMs < DEFAULTS.workerTtlMs)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function noteHandlerTimes(state: MemoryState, samples: ReadonlyMap<string, HandlerSample>): HandlerTimes {
  const { handlerTimes } = state;
  for (const [type, sample] of samples) handlerTimes.set(type, foldHandlerTime(handlerTimes.get(type), sample));
  return new Map(handlerTimes);
}

export interface ReportProgressParams {
  readonly claim: ClaimRef;
  readonly fraction: number;
  readonly note?: string;
}

export function reportProgress(state: MemoryState, { claim: ref, fraction, note }: ReportProgressParams): void {
  const held = findClaim(state, ref);
  if (held === undefined) return;
  const { run } = held;
  const message = note === undefined ? {} : { message: note };
  appendEvent(state, run, "node-progress", { level: run.record.level, nodeId: ref.nodeId, fraction, ...message });
}
