import type { ShownLevel } from "./show-level.ts";
import type { TraceCarrier } from "./trace-carrier.ts";

/** Which issuing of which run a job belongs to. Jobs only carry a run forward: what is true is in the run's record. */
export interface DispatchRef {
  readonly runId: string;
  readonly dispatch: number;
}

/** A level's barrier. */
export interface BarrierRef extends DispatchRef {
  readonly level: number;
}

/** A lane of a level. */
export interface LaneRef extends BarrierRef {
  /** From 0, over all pools of the level. */
  readonly lane: number;
  readonly pool: string;
}

/** A lane as a job: how many nodes of its level it works on at a time. */
export interface LaneJob extends LaneRef {
  readonly strands: number;
  /** The definition of the run that this lane starts. No barrier waits for such a lane: until it ends it stands for the run itself. */
  readonly startsWorkflow?: string;
  /** The trace of that run, if it is enqueued in one. */
  readonly trace?: TraceCarrier;
}

/** The lane that a producer adds to start a run with, without a scheduler. */
export interface StartLane {
  readonly runId: string;
  readonly pool: string;
  /** Names the run's definition. */
  readonly workflowHash: string;
  readonly priority: number | undefined;
  readonly trace?: TraceCarrier | undefined;
  /** Both for people who look at the queue. */
  readonly workflowId?: string | undefined;
  readonly shown?: ShownLevel;
}

/** Strands of one lane at the most: so many claims or commits travel in one call. */
export const MAX_STRANDS = 64;

/** Lanes of a level are numbered below this. */
const LANE_NUMBERS = 1_000_000;

/** Of the lane that a run starts with. */
export const START_LANE = LANE_NUMBERS - 1;

/** A start lane belongs to a run's first issuing and level, under a number that no lane of a barrier has. */
export function startLaneJob({ runId, pool, workflowHash, trace }: StartLane): LaneJob {
  const traced = trace === undefined ? {} : { trace };
  return { runId, dispatch: 1, level: 0, lane: START_LANE, pool, strands: 1, startsWorkflow: workflowHash, ...traced };
}

/** One of the strands of a lane. The first has the lane's own number; to the store each is a lane of its own, which holds one node. */
export function strandOf(lane: LaneRef, strand: number): LaneRef {
  const { runId, dispatch, level, pool } = lane;
  return { runId, dispatch, level, pool, lane: lane.lane + strand * LANE_NUMBERS };
}

/** The lane that a strand belongs to. */
export function laneOf({ lane, ...ref }: LaneRef): LaneRef {
  return { ...ref, lane: lane % LANE_NUMBERS };
}

/** What a scheduler is called with: a run's start, the barrier of a level, or word that the run is to stop. */
export type SchedulerJob =
  | ({ readonly kind: "start" } & DispatchRef)
  | ({ readonly kind: "barrier" } & BarrierRef)
  | ({ readonly kind: "stop" } & DispatchRef);
