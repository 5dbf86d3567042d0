import type { LaneOutcome } from "../core/ports/job-queue.ts";
import type { LaneJob } from "../core/run/job-ref.ts";
import { planStart } from "../core/run/plan-start.ts";
import { showLevel } from "../core/run/show-level.ts";
import type { WorkerContext } from "./worker-context.ts";

/** Runs start in their first epoch; a retry is started by a scheduler. */
const FIRST_EPOCH = 1;

/**
 * Starts the run that this lane stands for, without a look at its record: the store starts it once, and only if it waits for that. Answers
 * whether there is anything to do.
 */
export async function startRun({ store, runs }: WorkerContext, lane: LaneJob, workflowHash: string): Promise<boolean> {
  const workflow = await store.loadWorkflow({ workflowHash });
  const start = workflow === undefined ? undefined : planStart(workflow);
  // The run was removed, and its definition with it.
  if (workflow === undefined || start === undefined) return false;
  runs.begin({ runId: lane.runId, epoch: FIRST_EPOCH, workflow, trace: lane.trace });
  // The first claim comes right behind it; should it be refused, that is answered that there is nothing.
  store.startRun({ lane, epoch: FIRST_EPOCH, plan: start.plan }).catch(() => undefined);
  return true;
}

/** Hands what this lane leaves of its run to a scheduler. The lane ends after that, so that a job stands for the run at any time. */
export async function leaveRun({ queue, runs }: WorkerContext, lane: LaneJob, { kind }: LaneOutcome): Promise<void> {
  if (kind === "wait" || kind === "hand-back") return;
  const { runId, dispatch, level } = lane;
  const facts = await runs.get({ runId, epoch: FIRST_EPOCH });
  const shown = facts === undefined ? {} : { shown: showLevel(facts.plan, level) };
  await queue.addBarrier({ runId, dispatch, level, workflowId: facts?.workflowId, ...shown });
}
