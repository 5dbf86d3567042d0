import type { RunRecord } from "../core/run/run-record.ts";
import { isStopping } from "../core/run/states.ts";
import { dispatchLevel } from "./dispatch-level.ts";
import { isCarried } from "./is-carried.ts";
import type { SchedulerContext } from "./scheduler-context.ts";

const PAGE = 100;

/**
 * Finds runs that no job carries any more (a crash between two steps, a job removed by hand, an emptied queue) and issues their current
 * level again under a new dispatch. Resuming and retrying lean on the same step.
 */
export async function sweepRuns(context: SchedulerContext): Promise<void> {
  for (let offset = 0; ; offset += PAGE) {
    const runs = await context.store.listUnfinished({ minAgeMs: context.settings.sweepMinAgeMs, limit: PAGE, offset });
    for (const run of runs) {
      try {
        await sweepRun(context, run);
      } catch (error) {
        context.log.warn({ err: error, runId: run.runId }, "a run could not be swept");
      }
    }
    if (runs.length === 0) return;
  }
}

async function sweepRun(context: SchedulerContext, run: RunRecord): Promise<void> {
  // A stopping run has its deadline, which ends it without any job.
  if (isStopping(run.status) || (await isCarried(context, run, run.dispatch))) return;
  const workflow = await context.store.loadWorkflow({ workflowHash: run.workflowHash });
  if (workflow === undefined) return;
  const outcome = await dispatchLevel(context, { run, workflow }, { dispatch: run.dispatch + 1, level: Math.max(run.level, 0) });
  // Often the run has moved on, or ended, between the look at it and the looks at its jobs: the store tells. `already-advanced`: its own
  // barrier, or another sweep, has issued the level again meanwhile.
  if (outcome !== "advanced") return;
  context.log.warn(
    { runId: run.runId, level: run.level, dispatch: run.dispatch },
    "no job carried this run; its level was issued again",
  );
}
