import type { Task } from "./ticker.ts";

/** What keeps a role going, for health checks. */
export interface Loops {
  /** Whether it goes on taking jobs, unless it was stopped. */
  readonly isTakingJobs: boolean;
  /** What its tickers are busy with. */
  readonly tasks: readonly Task[];
}
