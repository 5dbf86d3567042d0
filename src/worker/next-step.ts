import { hasContextPlaceholder } from "../core/node/expand-placeholders.ts";
import { planDispatch, type DispatchPlan, type PlanDispatchParams } from "../core/run/dispatch-plan.ts";
import { NOTHING_KNOWN } from "../core/run/handler-times.ts";
import { remainingIn } from "../core/run/order-nodes.ts";
import { MAX_STRANDS, type LaneRef } from "../core/run/job-ref.ts";
import { DEFAULT_POOL, type WorkflowNode } from "../core/workflow/workflow.ts";
import type { RunFacts } from "./run-cache.ts";
import type { WorkerContext } from "./worker-context.ts";

/** What a lane does about a run whose level is over: go on with the next one, end the run, or leave both to a scheduler. */
export type NextStep =
  { readonly kind: "enter"; readonly plan: DispatchPlan } | { readonly kind: "finish" } | { readonly kind: "leave" };

const LEAVE: NextStep = { kind: "leave" };

/** Wider levels are a scheduler's, whatever their nodes take: it plans them without holding its process up. */
const MAX_SHORT_PATH_NODES = 2_000;

/** Where a lane is when it looks for what follows. */
export interface Whereabouts {
  readonly lane: LaneRef;
  readonly level: number;
  /** Whether the level is over. Who else there will be to spread slow nodes over is not known before. */
  readonly isOver: boolean;
}

/**
 * The short path: a level that one lane is enough for stays in the process that has the run's data, without a barrier in between. The plan
 * is the one that a scheduler would make; but where there is no other worker to spread slow nodes over, and this one has places for all of
 * them, one lane takes them too. Whatever is more than this lane can do is left to a scheduler: more lanes, another pool, a type that this
 * process lacks, a priority of its own, results of an earlier epoch.
 */
export async function findNextStep(context: WorkerContext, facts: RunFacts, whereabouts: Whereabouts): Promise<NextStep> {
  const { lane, level, isOver } = whereabouts;
  const { levels, nodesById } = facts.plan;
  const ids = levels[level + 1];
  if (ids === undefined) return { kind: "finish" };
  if (ids.length > MAX_SHORT_PATH_NODES) return LEAVE;
  const nodes = ids.map((id) => nodesById.get(id)).filter((node) => node !== undefined);
  if (facts.epoch > 1 || !nodes.every((node) => isForLane(context, lane, node))) return LEAVE;
  const stateful = await context.statefulTypes.get();
  const { adaptiveLanes } = context.settings;
  const known = adaptiveLanes ? context.times.known : NOTHING_KNOWN;
  const params = {
    level: level + 1,
    nodes,
    options: facts.options,
    maxLanesPerLevel: nodes.length,
    isStateful: ({ type }) => context.registry.get(type)?.stateful === true || stateful.has(type),
    readsContext: ({ data }) => hasContextPlaceholder(data),
    timeOf: ({ type }) => known.get(type),
    remainingOf: remainingIn(facts.plan, known),
  } satisfies PlanDispatchParams;
  const plan = planDispatch(params);
  if (plan.lanes[lane.pool] === 1) return { kind: "enter", plan };
  if (!isOver || !adaptiveLanes || nodes.length > Math.min(context.slots.freeCount, MAX_STRANDS)) return LEAVE;
  if ((await context.workerCount.get()) !== 1) return LEAVE;
  return { kind: "enter", plan: planDispatch({ ...params, maxLanesPerLevel: 1 }) };
}

function isForLane({ registry }: WorkerContext, { pool }: LaneRef, { type, options }: WorkflowNode): boolean {
  return registry.has(type) && (options.pool ?? DEFAULT_POOL) === pool && options.priority === undefined;
}
