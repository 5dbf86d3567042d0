import { DEFAULTS } from "../core/config/defaults.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import type { SchedulerContext } from "./scheduler-context.ts";

const PAGE = 50;

/** How often the reaper looks, in ms: as often as the retention makes worth it. */
export function reapIntervalMs(retentionMs: number): number {
  return Math.min(Math.max(retentionMs, DEFAULTS.minReapIntervalMs), DEFAULTS.maxReapIntervalMs);
}

/** Removes runs whose retention is over, with their jobs, events and, if no other run uses it, their definition. */
export async function reapRuns(context: SchedulerContext): Promise<void> {
  const { retentionMs } = context.settings;
  let leftCount = 0;
  for (;;) {
    const expired = await context.store.listExpired({ retentionMs, limit: PAGE, offset: leftCount });
    for (const run of expired) if (!(await reapRun(context, run))) leftCount += 1;
    if (expired.length < PAGE) return;
  }
}

/** Jobs first: as long as the run is there, what is left of them is found again. */
async function reapRun({ store, queue, log }: SchedulerContext, run: RunRecord): Promise<boolean> {
  const { runId, dispatch, levelCount, startPool } = run;
  // A handler that outlives its run still has its lane; the next look finds it gone.
  if (!(await queue.removeJobs({ runId, dispatch, levelCount, startPool }))) return false;
  await store.deleteRun({ runId });
  log.debug({ runId }, "removed a run after its retention");
  return true;
}
