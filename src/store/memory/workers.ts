import { DEFAULTS } from "../../core/config/defaults.ts";
import type { ClaimRef, HeartbeatParams } from "../../core/ports/worker-store.ts";
import { foldHandlerTime, type HandlerSample, type HandlerTimes } from "../../core/run/handler-times.ts";
import { appendEvent, findClaim, type MemoryState } from "./memory-state.ts";

export function heartbeat(state: MemoryState, { worker, pool, types, claims }: HeartbeatParams): readonly string[] {
  state.workers.set(worker, { pool, types, seenAt: state.now() });
  return claims.filter((ref) => !mayGoOn(state, ref)).map((ref) => ref.token);
}

function mayGoOn(state: MemoryState, ref: ClaimRef): boolean {
  const status = findClaim(state, ref)?.run.record.status;
  return status === "running" || status === "paused";
}

export function isTypeServed(state: MemoryState, { type, pool }: { readonly type: string; readonly pool: string }): boolean {
  return liveIn(state, pool).some(({ types }) => types.includes(type));
}

export function countWorkers(state: MemoryState, { pool }: { readonly pool: string }): number {
  return liveIn(state, pool).length;
}

function liveIn(state: MemoryState, pool: string): { readonly types: readonly string[] }[] {
  const since = state.now() - DEFAULTS.workerTtlMs;
  return [...state.workers.values()].filter((worker) => worker.pool === pool && worker.seenAt > since);
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
