import type { LaneJob } from "../core/run/job-ref.ts";
import type { JobHold } from "../core/run/job-hold.ts";
import type { AskedClaim } from "./ask-claim.ts";
import type { RunFacts } from "./run-cache.ts";

/** A lane at work. */
export interface LaneWork {
  readonly job: LaneJob;
  readonly hold: JobHold;
  /** Whether the process is to stop. */
  readonly isStopping: () => boolean;
  /** Whether it may run nodes ahead of their claims. */
  readonly mayRunAhead: boolean;
}

/** The same, once its run is known. */
export interface LaneRun extends LaneWork {
  readonly facts: RunFacts;
}

export function runOf({ job, hold, isStopping, mayRunAhead }: LaneWork, facts: RunFacts): LaneRun {
  return { job, hold, isStopping, mayRunAhead, facts };
}

/** A level, as the strands of a lane go through it. */
export interface Stage {
  /** Nodes that the lane works on at a time. */
  readonly strands: number;
  /** Of the first strands: asked for along with what came before. */
  readonly asked?: readonly AskedClaim[];
  /** How many nodes are left, if this lane has them to itself. */
  readonly nodeCount?: number | undefined;
}

/**
 * Where a lane is once it has left a level behind. `stage`: strands take the rest of a level; `completed-level`: it is committed, and what
 * follows was not to be asked for along with it; `lane-over`: others go on with the run.
 */
export type Onward =
  | ({ readonly kind: "stage" } & Stage)
  | { readonly kind: "completed-level"; readonly facts: RunFacts; readonly level: number }
  | { readonly kind: "finished-run" }
  | { readonly kind: "lane-over" };

/** Whether nothing new is to be begun in a lane. */
export function mustEnd({ hold, isStopping }: LaneWork): boolean {
  return isStopping() || hold.isLost;
}
