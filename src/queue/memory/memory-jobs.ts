import type { AddLevelParams } from "../../core/ports/job-queue.ts";
import {
  startLaneJob,
  type BarrierRef,
  type DispatchRef,
  type LaneJob as LaneJobRef,
  type SchedulerJob,
  type StartLane,
} from "../../core/run/job-ref.ts";

/** `parked`: a barrier under its lanes. */
export type JobState = "waiting" | "delayed" | "active" | "parked" | "ended";

interface CommonJob {
  readonly id: string;
  state: JobState;
  /** Smaller is taken first. */
  readonly priority: number;
  /** Of a delayed job. */
  timer?: NodeJS.Timeout;
}

export interface LaneJob extends CommonJob {
  readonly ref: LaneJobRef;
  /** Whether it was handed out before. */
  isRepeated: boolean;
  /** `undefined` for the lane that a run starts with. */
  readonly barrier: SchedulerQueueJob | undefined;
}

/** A barrier, a start or a stop. Only barriers have lanes. */
export interface SchedulerQueueJob extends CommonJob {
  readonly ref: SchedulerJob;
  readonly lanes: LaneJob[];
  pendingLaneCount: number;
  /** Whether a lane ended while the job was active. */
  laneEnded: boolean;
}

// Ids as in BullMQ, so that both queues take the same jobs for the same.
export const startId = ({ runId, dispatch }: DispatchRef): string => `${runId}.${dispatch}.start`;
export const stopId = ({ runId, dispatch }: DispatchRef): string => `${runId}.${dispatch}.stop`;
export const barrierId = ({ runId, dispatch, level }: BarrierRef): string => `${runId}.${dispatch}.${level}`;

export function newSchedulerJob(id: string, ref: SchedulerJob, priority: number): SchedulerQueueJob {
  return { id, ref, state: "waiting", priority, lanes: [], pendingLaneCount: 0, laneEnded: false };
}

export function newStartLane(lane: StartLane): LaneJob {
  const ref = startLaneJob(lane);
  return { id: startId(ref), ref, barrier: undefined, state: "waiting", isRepeated: false, priority: lane.priority ?? 0 };
}

/** A barrier with its lanes, numbered over all pools. */
export function newBarrier({ barrier: ref, lanes, strands, priority = 0 }: AddLevelParams): SchedulerQueueJob {
  const { runId, dispatch, level } = ref;
  const barrier = newSchedulerJob(barrierId(ref), { kind: "barrier", runId, dispatch, level }, priority);
  for (const [pool, count] of Object.entries(lanes)) {
    for (let i = 0; i < count; i += 1) {
      const lane = barrier.lanes.length;
      const laneRef: LaneJobRef = { runId, dispatch, level, lane, strands, pool };
      barrier.lanes.push({ id: `${barrier.id}.${lane}`, ref: laneRef, barrier, state: "waiting", isRepeated: false, priority });
    }
  }
  barrier.pendingLaneCount = barrier.lanes.length;
  if (barrier.lanes.length > 0) barrier.state = "parked";
  return barrier;
}
