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

/** What a scheduler is called with: a run's start, the barrier of a level, or word that the run is to stop. */
export type SchedulerJob =
  | ({ readonly kind: "start" } & DispatchRef)
  | ({ readonly kind: "barrier" } & BarrierRef)
  | ({ readonly kind: "stop" } & DispatchRef);
