import type { LaneOutcome } from "../core/ports/job-queue.ts";
import type { LaneJob } from "../core/run/job-ref.ts";
import { nodeCountOf } from "../core/run/dispatch-plan.ts";
import { showLevel } from "../core/run/show-level.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import { AHEAD_STEP_COUNT } from "./ahead-commits.ts";
import { goOnInOwnPlace } from "./go-on.ts";
import { findNextStep, settleStep } from "./next-step.ts";
import { beginsAhead } from "./run-ahead.ts";
import { mustEnd, runOf, type LaneWork, type Onward } from "./stage.ts";
import type { WorkerContext } from "./worker-context.ts";

/** Runs start in their first epoch; a retry is started by a scheduler. */
const FIRST_EPOCH = 1;

const NOTHING = { kind: "nothing" } as const;

/**
 * Starts the run that this lane stands for, without a look at its record: the store starts it once, and only if it waits for that. A first level
 * that is more than this lane can do is left to a scheduler. Answers where the lane is then, or that there is nothing left to do.
 */
export async function startRun(context: WorkerContext, lane: LaneWork, workflowHash: string): Promise<Onward | typeof NOTHING> {
  const { store, queue, runs, turns } = context;
  const { job } = lane;
  const workflow = await store.loadWorkflow({ workflowHash });
  // The run was removed, and its definition with it.
  if (workflow === undefined) return NOTHING;
  const { workflowId, options } = workflow;
  const run = { runId: job.runId, epoch: FIRST_EPOCH };
  const planned = { epoch: FIRST_EPOCH, plan: planOf(workflow), options };
  const found = findNextStep(context, planned, { lane: job, level: -1 });
  // Who else there is, is looked up meanwhile.
  if (context.workerCount.peek() === undefined) await Promise.all([found, context.workerCount.get()]);
  const step = await settleStep(context, await found);
  if (step.kind !== "enter") {
    await queue.addStart({ runId: job.runId, dispatch: job.dispatch, workflowId });
    return NOTHING;
  }
  const { plan } = step;
  runs.begin({ workflow, trace: job.trace, ...run });
  const facts = lane.mayRunAhead && !mustEnd(lane) && beginsAhead(context, workflow, plan) ? await runs.get(run) : undefined;
  // Few runs begin in a turn: what each of them asks for then travels together.
  while (turns.isDue(AHEAD_STEP_COUNT)) await turns.turn();
  // What is asked for next comes right behind it; should it be refused, that is answered that there is nothing.
  store.startRun({ lane: job, epoch: FIRST_EPOCH, plan }).catch(() => undefined);
  if (facts === undefined) return { kind: "stage", strands: plan.strands, nodeCount: nodeCountOf(plan) };
  return goOnInOwnPlace(context, runOf(lane, facts), plan);
}

/** Hands what this lane leaves of its run to a scheduler. The lane ends after that, so that a job stands for the run at any time. */
export async function leaveRun({ queue, runs }: WorkerContext, lane: LaneJob, { kind }: LaneOutcome): Promise<void> {
  if (kind === "wait" || kind === "hand-back") return;
  const { runId, dispatch, level } = lane;
  const facts = await runs.get({ runId, epoch: FIRST_EPOCH });
  const shown = facts === undefined ? {} : { shown: showLevel(facts.plan, level) };
  await queue.addBarrier({ runId, dispatch, level, workflowId: facts?.workflowId, ...shown });
}
