import { START_LANE, type BarrierRef, type DispatchRef, type LaneRef } from "../../core/run/job-ref.ts";
import { SHARD } from "../../core/run/new-run-id.ts";

/** The scheduler's queue: starts, barriers, stops. Apart from the lanes: draining one queue must not take a barrier with its last lane. */
export const BARRIERS_QUEUE = "barriers";

/** The queue of a pool's lanes. */
export function lanesQueue(pool: string): string {
  return `lanes-${pool}`;
}

/** BullMQ's key prefix: the store's hash tag, so that flows and scripts share one slot of a cluster. */
export function queuePrefix(prefix: string): string {
  return `{${prefix}:${String(SHARD)}}`;
}

// Deterministic, so that adding twice does nothing; without node ids, which may hold what BullMQ refuses.

export function startJobId({ runId, dispatch }: DispatchRef): string {
  return `${runId}.${String(dispatch)}.start`;
}

export function stopJobId({ runId, dispatch }: DispatchRef): string {
  return `${runId}.${String(dispatch)}.stop`;
}

export function barrierJobId({ runId, dispatch, level }: BarrierRef): string {
  return `${runId}.${String(dispatch)}.${String(level)}`;
}

export function laneJobId({ runId, dispatch, level, lane }: Omit<LaneRef, "pool">): string {
  if (lane === START_LANE) return startJobId({ runId, dispatch });
  return `${runId}.${String(dispatch)}.${String(level)}.${String(lane)}`;
}

/** The set of pools that have, or had, a queue. */
export function poolsKey(prefix: string): string {
  return `${queuePrefix(prefix)}:pools`;
}
