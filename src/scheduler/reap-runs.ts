import type { SchedulerContext } from "./scheduler-context.ts";

const PAGE = 50;

/** Removes runs whose retention is over, with their jobs, events and, if no other run uses it, their definition. */
export async function reapRuns({ store, queue, settings, log }: SchedulerContext): Promise<void> {
  if (settings.retentionMs === 0) return;
  for (;;) {
    const expired = await store.listExpired({ retentionMs: settings.retentionMs, limit: PAGE });
    for (const { runId, dispatch, levelCount } of expired) {
      // Jobs first: as long as the run is there, what is left of them is found again.
      await queue.removeJobs({ runId, dispatch, levelCount });
      await store.deleteRun({ runId });
      log.debug({ runId }, "removed a run after its retention");
    }
    if (expired.length < PAGE) return;
  }
}
