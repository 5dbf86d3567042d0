import { hasContextPlaceholder } from "../core/node/expand-placeholders.ts";
import type { DispatchLevelOutcome } from "../core/ports/scheduler-store.ts";
import { planDispatchSteps, type DispatchPlan } from "../core/run/dispatch-plan.ts";
import { NOTHING_KNOWN, type HandlerTimes } from "../core/run/handler-times.ts";
import { remainingIn } from "../core/run/order-nodes.ts";
import { levelPriority, nodesOfLevelSteps } from "../core/run/plan-start.ts";
import { jobPriority } from "../core/run/run-order.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import { showLevel } from "../core/run/show-level.ts";
import { inTurns } from "../core/time/in-turns.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import type { Workflow, WorkflowNode } from "../core/workflow/workflow.ts";
import type { SchedulerContext } from "./scheduler-context.ts";

export interface DispatchTarget {
  readonly dispatch: number;
  readonly level: number;
}

export interface DispatchSource {
  readonly run: RunRecord;
  readonly workflow: Workflow;
  /** Whether the record is what this process expects, not what it has read: the store then takes the plan only if it is right. */
  readonly isForeseen?: boolean;
}

/**
 * Makes a level current and adds its jobs. The store takes the plan only from the position that it was made for, and answers with the
 * plan that it holds: that one is added, so a scheduler that died in between is finished by the next.
 */
export async function dispatchLevel(
  context: SchedulerContext,
  { run, workflow, isForeseen = false }: DispatchSource,
  target: DispatchTarget,
): Promise<DispatchLevelOutcome["kind"]> {
  const { runId, epoch } = run;
  const { plan, committedInLevel, priority } = await planLevel(context, run, workflow, target);
  const expected = {
    dispatch: run.dispatch,
    level: run.level,
    ...(isForeseen ? { committedInLevel: run.committedInLevel } : {}),
  };
  const outcome = await context.store.dispatchLevel({
    runId,
    epoch,
    expected,
    dispatch: target.dispatch,
    plan,
    committedInLevel,
  });
  if (outcome.kind === "superseded" || outcome.kind === "finished") return outcome.kind;
  await context.queue.addLevel({
    barrier: { runId, dispatch: target.dispatch, level: target.level },
    workflowId: run.workflowId,
    shown: showLevel(planOf(workflow), target.level),
    lanes: outcome.lanes,
    strands: outcome.strands,
    priority,
  });
  return outcome.kind;
}

async function planLevel(
  context: SchedulerContext,
  run: RunRecord,
  workflow: Workflow,
  target: DispatchTarget,
): Promise<{ plan: DispatchPlan; committedInLevel: number; priority: number | undefined }> {
  const found = inTurns(nodesOfLevelSteps(workflow, target.level));
  const nodes = found instanceof Promise ? await found : found;
  const committed = await readCommitted(context, run, nodes, target);
  const stateful = await readStatefulTypes(context, nodes);
  const { adaptiveLanes, runOrder } = context.settings;
  const known = adaptiveLanes || runOrder === "longest-path" ? await readHandlerTimes(context, nodes, target) : NOTHING_KNOWN;
  const times = adaptiveLanes ? known : NOTHING_KNOWN;
  const planned = inTurns(
    planDispatchSteps({
      level: target.level,
      nodes: committed.size === 0 ? nodes : nodes.filter((node) => !committed.has(node.id)),
      options: workflow.options,
      maxLanesPerLevel: context.settings.maxLanesPerLevel,
      isStateful: (node) => context.builtinTypes.get(node.type) ?? stateful.has(node.type),
      readsContext: (node) => hasContextPlaceholder(node.data),
      timeOf: (node) => times.get(node.type),
      remainingOf: remainingIn(planOf(workflow), times),
    }),
  );
  const plan = planned instanceof Promise ? await planned : planned;
  const placed = { plan: planOf(workflow), level: target.level, priority: levelPriority(nodes) };
  const priority = jobPriority(placed, runOrder === "longest-path" ? known : undefined);
  return { plan, committedInLevel: committed.size, priority };
}

/** Nothing of a level is committed when a run first comes to it: only a repeated level, or a later epoch, has to ask. */
async function readCommitted(
  { store }: SchedulerContext,
  run: RunRecord,
  nodes: readonly WorkflowNode[],
  target: DispatchTarget,
): Promise<ReadonlySet<string>> {
  if (run.epoch === 1 && target.level > run.level) return new Set();
  return store.readCommitted({ runId: run.runId, nodeIds: nodes.map((node) => node.id) });
}

/** How old what is known of handlers may be, in ms, where it lacks a type. */
const UNKNOWN_TYPE_MAX_AGE_MS = 50;

/** Of a type that is unknown, a worker may have told since: it tells at once of the first node that it runs, which may be of the level before. */
async function readHandlerTimes(
  { handlerTimes }: SchedulerContext,
  nodes: readonly WorkflowNode[],
  { level }: DispatchTarget,
): Promise<HandlerTimes> {
  const known = await handlerTimes.get();
  if (level === 0 || nodes.every(({ type }) => known.has(type))) return known;
  return handlerTimes.get({ maxAgeMs: UNKNOWN_TYPE_MAX_AGE_MS });
}

async function readStatefulTypes(
  { store, builtinTypes }: SchedulerContext,
  nodes: readonly WorkflowNode[],
): Promise<ReadonlySet<string>> {
  return nodes.every((node) => builtinTypes.has(node.type)) ? new Set() : store.readStatefulTypes();
}
