import type { SchedulerJobContext, SchedulerJobOutcome } from "../core/ports/job-queue.ts";
import { decideNext, type Decision } from "../core/run/decide-next.ts";
import type { SchedulerJob } from "../core/run/job-ref.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import type { Workflow } from "../core/workflow/workflow.ts";
import { dispatchLevel } from "./dispatch-level.ts";
import { drainRun } from "./drain-run.ts";
import { isCarried } from "./is-carried.ts";
import type { SchedulerContext } from "./scheduler-context.ts";

const DONE: SchedulerJobOutcome = { kind: "done" };

/** How long a barrier without lanes waits for claims that are still live before it looks again. */
const DRAIN_POLL_MS = 200;

/** How often a resumed run looks whether the lanes from before its pause have ended. */
const RESUME_POLL_MS = 200;

/**
 * What a scheduler does about a start, barrier or stop job: load the run, decide from it alone, act. Every step may be repeated from any
 * crash point, and the job ends last, so that at least one job stands for every run that goes on.
 */
export async function advanceRun(
  context: SchedulerContext,
  job: SchedulerJob,
  jobContext: SchedulerJobContext,
): Promise<SchedulerJobOutcome> {
  if (job.kind === "barrier" && (await advanceAsForeseen(context, job))) return DONE;
  const { run, workflow } = await load(context, job.runId);
  const decision = decideNext(run, levelWidth(run, workflow), job);
  if (run === undefined || workflow === undefined) return DONE;
  return act({ context, job, jobContext, run, workflow }, decision);
}

/**
 * The common case without a look at the record: the level went well and the next one follows. The decision is the same, made on the
 * record as it was last seen, brought forward to what this barrier stands for; the store refuses it if that is not how things are.
 */
async function advanceAsForeseen(context: SchedulerContext, job: Extract<SchedulerJob, { kind: "barrier" }>): Promise<boolean> {
  const seen = context.seenRuns.get(job.runId);
  if (seen === undefined) return false;
  const { dispatch, level } = job;
  const committedInLevel = planOf(seen.workflow).levels[level]?.length ?? 0;
  const position = { dispatch, plannedDispatch: dispatch, level, barrierLevel: level, committedInLevel };
  // A run that was seen before its first level has no planned dispatch; where there is one, what follows makes no shape of its own.
  const before: RunRecord = { plannedDispatch: dispatch, ...seen.run };
  const run: RunRecord = { ...before, ...position, status: "running" };
  const decision = decideNext(run, committedInLevel, job);
  if (decision.kind !== "dispatch") return false;
  return (await dispatchLevel(context, { run, workflow: seen.workflow, isForeseen: true }, decision)) === "advanced";
}

async function load(
  context: SchedulerContext,
  runId: string,
): Promise<{ run?: RunRecord | undefined; workflow?: Workflow | undefined }> {
  const run = await context.store.loadRun({ runId });
  if (run === undefined) return {};
  const workflow = await context.store.loadWorkflow({ workflowHash: run.workflowHash });
  if (workflow !== undefined) context.seenRuns.set(runId, { run, workflow });
  return { run, workflow };
}

function levelWidth(run: RunRecord | undefined, workflow: Workflow | undefined): number {
  if (run === undefined || workflow === undefined) return 0;
  return planOf(workflow).levels[run.level]?.length ?? 0;
}

interface Situation {
  readonly context: SchedulerContext;
  readonly job: SchedulerJob;
  readonly jobContext: SchedulerJobContext;
  readonly run: RunRecord;
  readonly workflow: Workflow;
}

async function act(situation: Situation, decision: Decision): Promise<SchedulerJobOutcome> {
  const { context, run } = situation;
  switch (decision.kind) {
    case "ignore":
      context.log.debug({ ...situation.job, reason: decision.reason }, "nothing to do for this job");
      return DONE;
    case "park":
      return DONE;
    case "dispatch":
      return dispatch(situation, decision);
    case "complete":
      await context.store.finishRun({ runId: run.runId, epoch: run.epoch, outcome: "completed" });
      return DONE;
    case "drain":
      return drain(situation);
    case "finished":
      return endOf(situation);
  }
}

/** Dispatches a level, but never takes nodes from lanes that still run: it waits for those of the same level first. */
async function dispatch(situation: Situation, decision: Extract<Decision, { kind: "dispatch" }>): Promise<SchedulerJobOutcome> {
  const { context, jobContext, run } = situation;
  // The barrier fired although nodes are missing.
  if (decision.dispatch !== run.dispatch && (await jobContext.lanesPending())) return { kind: "wait-for-lanes", elseDelayMs: 0 };
  if (await isCarriedByEarlierDispatch(context, run)) return { kind: "wait-for-lanes", elseDelayMs: RESUME_POLL_MS };
  await dispatchLevel(context, situation, decision);
  return DONE;
}

/** A run that was paused and resumed while nodes were running: they finish and commit in the lanes that they had. */
async function isCarriedByEarlierDispatch(context: SchedulerContext, run: RunRecord): Promise<boolean> {
  const { dispatch, plannedDispatch } = run;
  if (plannedDispatch === undefined || plannedDispatch === dispatch) return false;
  return isCarried(context, run, plannedDispatch);
}

/**
 * A barrier stays with its lanes until no claim is live, or the grace is over; other jobs leave that to it and to the deadline. Handlers
 * from before a pause have lanes whose barrier stands for nothing any more: whatever job comes stays for them.
 */
async function drain(situation: Situation): Promise<SchedulerJobOutcome> {
  const { context, job, run } = situation;
  const outcome = await drainRun(context, run);
  if (outcome.kind !== "claims-live") return endOf(situation);
  if (job.kind !== "barrier" && run.plannedDispatch === run.dispatch) return DONE;
  return { kind: "wait-for-lanes", elseDelayMs: Math.min(outcome.remainingMs, DRAIN_POLL_MS) };
}

/** Shows operators how the run ended: the barrier of a level that did not end well fails with the run's error. */
function endOf({ job, run }: Situation): SchedulerJobOutcome {
  if (job.kind !== "barrier" || run.cause === undefined) return DONE;
  return { kind: "fail", message: run.cause.message };
}
