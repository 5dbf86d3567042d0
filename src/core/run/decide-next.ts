import type { SchedulerJob } from "./job-ref.ts";
import type { RunRecord } from "./run-record.ts";
import { isFinal, isStopping } from "./states.ts";

/** What a scheduler does about a job that reached it. */
export type Decision =
  /** The job speaks of a run that is gone, of an issuing that was replaced, or of a level that is over. */
  | { readonly kind: "ignore"; readonly reason: "no-such-run" | "superseded" | "not-stopping" }
  | { readonly kind: "dispatch"; readonly dispatch: number; readonly level: number }
  | { readonly kind: "complete" }
  /** The run is being stopped: take its waiting lanes away, and end it once no claim is live. */
  | { readonly kind: "drain" }
  /** The run is paused: its jobs end here, resuming dispatches anew. */
  | { readonly kind: "park" }
  | { readonly kind: "finished" };

/**
 * Decides from the run's record alone. `levelWidth` is the node count of the run's current level (0 before the first). Committed nodes
 * decide whether a level is over, never a job's word: lanes that were removed by hand release a barrier too.
 */
export function decideNext(run: RunRecord | undefined, levelWidth: number, job: SchedulerJob): Decision {
  if (run === undefined) return { kind: "ignore", reason: "no-such-run" };
  if (job.dispatch !== run.dispatch) return { kind: "ignore", reason: "superseded" };
  if (isFinal(run.status)) return { kind: "finished" };
  if (isStopping(run.status)) return { kind: "drain" };
  if (job.kind === "stop") return { kind: "ignore", reason: "not-stopping" };
  if (run.status === "paused") return { kind: "park" };
  return decideLevel(run, levelWidth, job.kind === "barrier" ? job.level : -1);
}

function decideLevel(run: RunRecord, levelWidth: number, jobLevel: number): Decision {
  const current: Decision = { kind: "dispatch", dispatch: run.dispatch, level: Math.max(run.level, 0) };
  // A resumed run: its new dispatch has no jobs yet, whatever this one speaks of.
  if (run.level >= 0 && run.plannedDispatch !== run.dispatch) return current;
  // The job's work was done, but its process may have died before the jobs that follow were added: the store answers with their plan.
  if (jobLevel < run.barrierLevel) return { ...current, level: run.barrierLevel };
  if (run.committedInLevel < levelWidth) return { ...current, dispatch: run.dispatch + 1 };
  // A workflow without nodes starts like any other, with a level in which there is nothing to do.
  if (run.level >= 0 && run.level + 1 >= run.levelCount) return { kind: "complete" };
  return { ...current, level: run.level + 1 };
}
