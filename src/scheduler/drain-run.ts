import type { FinishRunOutcome } from "../core/ports/worker-store.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import type { SchedulerContext } from "./scheduler-context.ts";

/** Takes a stopping run's waiting lanes away and ends the run, if no claim of it is live or its grace is over. */
export async function drainRun({ store, queue }: SchedulerContext, run: RunRecord): Promise<FinishRunOutcome> {
  const { runId, epoch, dispatch, barrierLevel } = run;
  if (barrierLevel >= 0) await queue.removeWaitingLanes({ runId, dispatch, level: barrierLevel });
  return store.finishRun({ runId, epoch, outcome: run.status === "cancelling" ? "cancelled" : "failed" });
}
