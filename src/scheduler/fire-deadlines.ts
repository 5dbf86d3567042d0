import { DEFAULTS } from "../core/config/defaults.ts";
import type { Deadline } from "../core/ports/scheduler-store.ts";
import { decideRetry } from "../core/run/decide-retry.ts";
import { isStopping } from "../core/run/states.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import { drainRun } from "./drain-run.ts";
import type { SchedulerContext } from "./scheduler-context.ts";

const MAX_AT_ONCE = 100;

/**
 * Acts on the deadlines that have passed, by Redis' clock. What this process does not get done, another takes up a second later.
 *
 * @param hurry has it called again within so many ms.
 */
export async function fireDeadlines(context: SchedulerContext, hurry: (ms: number) => void): Promise<void> {
  // However long it takes to act on them.
  hurry(context.settings.deadlinePollMs);
  const { due, nextInMs } = await context.store.takeDeadlines({ limit: MAX_AT_ONCE });
  if (nextInMs !== undefined) hurry(gathered(nextInMs));
  for (const deadline of due) {
    try {
      await fire(context, deadline);
    } catch (error) {
      // It comes up again; the others are not kept waiting for it.
      context.log.warn({ err: error, ...deadline }, "a deadline could not be acted on");
    }
  }
}

/** When to look for a deadline that passes in so many ms: those that pass right behind it are acted on with it. */
export function gathered(inMs: number): number {
  return inMs + DEFAULTS.deadlineGatherMs;
}

async function fire(context: SchedulerContext, deadline: Deadline): Promise<void> {
  switch (deadline.kind) {
    case "run":
      return timeOutRun(context, deadline.runId);
    case "finish":
      return drainStopping(context, deadline.runId);
    case "node":
      return timeOutNode(context, deadline);
  }
}

async function timeOutRun(context: SchedulerContext, runId: string): Promise<void> {
  const run = await context.store.loadRun({ runId });
  if (run === undefined) return;
  const message = `run ${runId} took longer than its timeout of ${String(run.timeoutMs)} ms`;
  await context.store.failRun({ runId, cause: { code: "RUN_TIMEOUT", message }, graceMs: context.settings.abortGraceMs });
  await drainStopping(context, runId);
}

async function drainStopping(context: SchedulerContext, runId: string): Promise<void> {
  const run = await context.store.loadRun({ runId });
  if (run !== undefined && isStopping(run.status)) await drainRun(context, run);
}

async function timeOutNode(context: SchedulerContext, deadline: Extract<Deadline, { kind: "node" }>): Promise<void> {
  const { runId, nodeId, token, attempt } = deadline;
  const run = await context.store.loadRun({ runId });
  // While a run is paused its clocks stand still: the deadline comes up again.
  if (run === undefined || run.status === "paused") return;
  const workflow = await context.store.loadWorkflow({ workflowHash: run.workflowHash });
  const options = workflow === undefined ? undefined : planOf(workflow).nodesById.get(nodeId)?.options;
  if (options === undefined) return;
  const retryDelayMs = decideRetry({ options, attempt, random: context.random });
  const message = `error executing node ${nodeId}: attempt ${String(attempt)} took longer than its timeout of ${String(options.timeoutMs)} ms`;
  const outcome = await context.store.failAttempt({
    claim: { runId, epoch: run.epoch, nodeId, token },
    error: { code: "NODE_TIMEOUT", message, nodeId, level: run.level, attempt },
    ...(retryDelayMs === undefined ? {} : { retryDelayMs }),
    graceMs: context.settings.abortGraceMs,
  });
  if (outcome === "failed-run") await drainStopping(context, runId);
}
