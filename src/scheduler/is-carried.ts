import type { RunRecord } from "../core/run/run-record.ts";
import type { SchedulerContext } from "./scheduler-context.ts";

/**
 * Whether a job stands for this issuing of a run. Looks at the older jobs first: one that ends meanwhile has added the next one before
 * it does.
 */
export async function isCarried({ queue }: Pick<SchedulerContext, "queue">, run: RunRecord, dispatch: number): Promise<boolean> {
  const { runId, barrierLevel, startPool } = run;
  for (const level of new Set([-1, Math.max(barrierLevel - 1, -1), barrierLevel])) {
    if (await queue.isCarried({ runId, dispatch, level, startPool })) return true;
  }
  return false;
}
