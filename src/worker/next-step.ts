import { hasContextPlaceholder } from "../core/node/expand-placeholders.ts";
import { planDispatch, type DispatchPlan, type PlanDispatchParams } from "../core/run/dispatch-plan.ts";
import { isQuick, NOTHING_KNOWN, type HandlerTimes } from "../core/run/handler-times.ts";
import { remainingIn } from "../core/run/order-nodes.ts";
import { MAX_SHORT_PATH_NODES } from "../core/run/plan-start.ts";
import { MAX_STRANDS, type LaneRef } from "../core/run/job-ref.ts";
import { DEFAULT_POOL, type WorkflowNode } from "../core/workflow/workflow.ts";
import type { RunFacts } from "./run-cache.ts";
import type { WorkerContext } from "./worker-context.ts";

/**
 * What a lane does about a run whose level is over: go on with the next one, end the run, or leave both to a scheduler. `enter-alone`: go on if
 * this worker has as many places and there is no other to spread the nodes over, else leave it.
 */
export type NextStep = EnterStep | { readonly kind: "finish" } | { readonly kind: "leave" };

type EnterStep = { readonly kind: "enter"; readonly plan: DispatchPlan } | EnterAloneStep;

interface EnterAloneStep {
  readonly kind: "enter-alone";
  readonly plan: DispatchPlan;
  readonly placeCount: number;
}

/** A step that is decided. */
type SettledStep = Exclude<NextStep, { readonly kind: "enter-alone" }>;

/** What decides it of a run. */
type PlannedRun = Pick<RunFacts, "epoch" | "plan" | "options">;

const LEAVE = { kind: "leave" } as const;
const FINISH = { kind: "finish" } as const;

/** Where a lane is when it looks for what follows. */
export interface Whereabouts {
  readonly lane: LaneRef;
  /** -1 before the first. */
  readonly level: number;
}

/**
 * The short path: a level that one lane is enough for stays in the process that has the run's data, without a barrier in between. The plan
 * is made as a scheduler makes it, by what this process knows of handlers; but where there is no other worker to spread nodes over, and this one has places for all slow
 * ones, one lane takes what would be several lanes'. Whatever is more than this lane can do is left to a scheduler: more lanes, another pool, a type that this
 * process lacks, a priority of its own, results of an earlier epoch.
 */
export function findNextStep(context: WorkerContext, facts: PlannedRun, at: Whereabouts): NextStep | Promise<NextStep> {
  const { levels, nodesById } = facts.plan;
  const ids = levels[at.level + 1];
  if (ids === undefined) return FINISH;
  if (ids.length > MAX_SHORT_PATH_NODES || facts.epoch > 1) return LEAVE;
  const nodes = ids.map((id) => nodesById.get(id)).filter((node) => node !== undefined);
  if (!nodes.every((node) => isForLane(context, at.lane, node))) return LEAVE;
  // A run's first lane has the priority of its level.
  if (at.level >= 0 && nodes.some(({ options }) => options.priority !== undefined)) return LEAVE;
  const plan = (known: KnownOfOthers): NextStep => planNextLevel(context, facts, { nodes, ...at }, known);
  // What was read of other processes less than a second ago will do.
  const known = peekKnown(context);
  return known === undefined ? readKnown(context).then(plan) : plan(known);
}

/** What all processes of the deployment have learned of node types. */
interface KnownOfOthers {
  readonly stateful: ReadonlySet<string>;
  readonly times: HandlerTimes;
}

function peekKnown({ statefulTypes, times, settings }: WorkerContext): KnownOfOthers | undefined {
  const stateful = statefulTypes.peek();
  const known = settings.adaptiveLanes ? times.peek() : NOTHING_KNOWN;
  return stateful === undefined || known === undefined ? undefined : { stateful, times: known };
}

async function readKnown({ statefulTypes, times, settings }: WorkerContext): Promise<KnownOfOthers> {
  const reading = settings.adaptiveLanes ? times.known() : NOTHING_KNOWN;
  const [stateful, known] = await Promise.all([statefulTypes.get(), reading]);
  return { stateful, times: known };
}

function planNextLevel(
  context: WorkerContext,
  { plan, options }: PlannedRun,
  { lane, level, nodes }: Whereabouts & { readonly nodes: readonly WorkflowNode[] },
  { stateful, times }: KnownOfOthers,
): NextStep {
  const { adaptiveLanes, concurrency } = context.settings;
  const params = {
    level: level + 1,
    nodes,
    options,
    maxLanesPerLevel: nodes.length,
    isStateful: ({ type }) => context.registry.get(type)?.stateful === true || stateful.has(type),
    readsContext: ({ data }) => hasContextPlaceholder(data),
    timeOf: ({ type }) => (adaptiveLanes ? context.times.expectedMs(type) : undefined),
    remainingOf: remainingIn(plan, times),
  } satisfies PlanDispatchParams;
  const planned = planDispatch(params);
  if (planned.lanes[lane.pool] === 1) return { kind: "enter", plan: planned };
  const placeCount = placeCountFor(nodes, params.timeOf);
  if (!adaptiveLanes || placeCount > Math.min(concurrency, MAX_STRANDS)) return LEAVE;
  return { kind: "enter-alone", plan: planDispatch({ ...params, maxLanesPerLevel: 1 }), placeCount };
}

/** Work of quick handlers, in ms, that one lane's strands are over with, should it be waiting, before a scheduler has spread it. */
const LONE_LANE_WORK_MS = 256;

/**
 * How many places nodes need so that none is held up by a slow one: each of those has its own, and the quick ones one between them, or one each
 * if they are more work than a lone lane should have.
 */
function placeCountFor(nodes: readonly WorkflowNode[], timeOf: (node: WorkflowNode) => number | undefined): number {
  let [slowCount, quickMs] = [0, 0];
  for (const node of nodes) {
    const timeMs = timeOf(node);
    if (isQuick(timeMs)) quickMs += timeMs ?? 0;
    else slowCount += 1;
  }
  if (quickMs > LONE_LANE_WORK_MS) return nodes.length;
  return slowCount + (slowCount < nodes.length ? 1 : 0);
}

/** A strand that goes on has its own place to do it in. */
const OWN_PLACE = 1;

/** Decides, once the level is over, whether a lane without a place enters the next one. */
export async function settleStep(context: WorkerContext, step: NextStep): Promise<SettledStep> {
  if (step.kind !== "enter-alone") return step;
  const isAlone = (await context.workerCount.get()) === 1 && hasPlacesFor(context, step, 0);
  return isAlone ? { kind: "enter", plan: step.plan } : LEAVE;
}

/** The same of one that has a place, along with the level's last commit: by who there was a moment ago, as far as that is known. */
export function entersAtOnce(context: WorkerContext, step: NextStep): step is EnterStep {
  if (step.kind !== "enter-alone") return step.kind === "enter";
  return context.workerCount.peek() === 1 && hasPlacesFor(context, step, OWN_PLACE);
}

function hasPlacesFor({ slots }: WorkerContext, { placeCount }: EnterAloneStep, ownPlaces: number): boolean {
  return placeCount <= slots.freeCount + ownPlaces;
}

function isForLane({ registry }: WorkerContext, { pool }: LaneRef, { type, options }: WorkflowNode): boolean {
  return registry.has(type) && (options.pool ?? DEFAULT_POOL) === pool;
}
