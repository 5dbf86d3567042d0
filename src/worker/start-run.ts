import type { LaneOutcome } from "../core/ports/job-queue.ts";
import type { LaneJob } from "../core/run/job-ref.ts";
import { planStart } from "../core/run/plan-start.ts";
import { showLevel } from "../core/run/show-level.ts";
import { goOnInOwnPlace } from "./go-on.ts";
import { beginsAhead } from "./run-ahead.ts";
import { mustEnd, type LaneWork, type Onward } from "./stage.ts";
import type { WorkerContext } from "./worker-context.ts";

/** Runs start in their first epoch; a retry is started by a scheduler. */
const FIRST_EPOCH = 1;

/**
 * Starts the run that this lane stands for, without a look at its record: the store starts it once, and only if it waits for that. Answers
 * where the lane is then, or that there is nothing to do.
 */
export async function startRun(context: WorkerContext, lane: LaneWork, workflowHash: string): Promise<Onward | { readonly kind: "nothing" }> {
  const { store, runs } = context;
  const { job } = lane;
  const workflow = await store.loadWorkflow({ workflowHash });
  const plan = workflow === undefined ? undefined : planStart(workflow)?.plan;
  // The run was removed, and its definition with it.
  if (workflow === undefined || plan === undefined) return { kind: "nothing" };
  const run = { runId: job.runId, epoch: FIRST_EPOCH };
  runs.begin({ ...run, workflow, trace: job.trace });
  const isAhead = lane.mayRunAhead && !mustEnd(lane) && beginsAhead(context, workflow, plan);
  const facts = isAhead ? await runs.get(run) : undefined;
  // What is asked for next comes right behind it; should it be refused, that is answered that there is nothing.
  store.startRun({ lane: job, epoch: FIRST_EPOCH, plan }).catch(() => undefined);
  return facts === undefined ? { kind: "stage", strands: job.strands } : goOnInOwnPlace(context, { ...lane, facts }, plan);
}

/** Hands what this lane leaves of its run to a scheduler. The lane ends after that, so that a job stands for the run at any time. */
export async function leaveRun({ queue, runs }: WorkerContext, lane: LaneJob, { kind }: LaneOutcome): Promise<void> {
  if (kind === "wait" || kind === "hand-back") return;
  const { runId, dispatch, level } = lane;
  const facts = await runs.get({ runId, epoch: FIRST_EPOCH });
  const shown = facts === undefined ? {} : { shown: showLevel(facts.plan, level) };
  await queue.addBarrier({ runId, dispatch, level, workflowId: facts?.workflowId, ...shown });
}
