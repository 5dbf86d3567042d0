import type { Logger } from "../ports/logger.ts";
import { LevelflowError } from "./levelflow-error.ts";

/** How long a job of a newer run rests before it is handed out again, perhaps to a process that can do it, in ms. */
export const NEWER_RUN_WAIT_MS = 100;

/** Runs a job, unless its run is of a newer version: then it is left to the processes of that, and the job ends as `left`. Says so once. */
export type LeaveNewerRuns = <Outcome>(work: Promise<Outcome>, left: Outcome) => Promise<Outcome>;

export function leaveNewerRuns(log: Logger): LeaveNewerRuns {
  let isTold = false;
  return async (work, left) => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof LevelflowError && error.code === "RECORD_TOO_NEW")) throw error;
      log[isTold ? "debug" : "warn"]({ err: error }, "left a run of a newer levelflow to newer processes");
      isTold = true;
      return left;
    }
  };
}
