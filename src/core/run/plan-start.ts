import { atOnce, inSlices, ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";
import type { Workflow, WorkflowNode } from "../workflow/workflow.ts";
import { planOf } from "../workflow/workflow-plan.ts";
import { planDispatch, type DispatchPlan } from "./dispatch-plan.ts";

/** How a run starts that needs no scheduler for it. */
export interface RunStart {
  readonly plan: DispatchPlan;
  readonly pool: string;
}

/** Wider levels are a scheduler's: it plans them, and brings their nodes to the store, without holding anybody up. */
const MAX_START_NODES = 2_000;

/**
 * The plan of a first level that is one lane's whatever its handlers take: a single node, or nodes that run one after another. A worker
 * starts such a run. The clock of a run with a timeout begins with its dispatch, whether there is a worker or not, so a scheduler starts it.
 */
export function planStart(workflow: Workflow): RunStart | undefined {
  if (workflow.options.timeoutMs !== undefined) return undefined;
  const nodeCount = planOf(workflow).levels[0]?.length ?? 0;
  if (nodeCount > (workflow.options.sequential === true ? MAX_START_NODES : 1)) return undefined;
  const plan = planDispatch({
    level: 0,
    nodes: nodesOfLevel(workflow, 0),
    options: workflow.options,
    maxLanesPerLevel: 1,
    isStateful: () => false,
    readsContext: () => false,
    timeOf: () => undefined,
    remainingOf: () => 0,
  });
  const [pool, ...others] = Object.keys(plan.lanes);
  return pool === undefined || others.length > 0 || plan.free.size > 0 ? undefined : { plan, pool };
}

/** The nodes of a level, in id order. */
export function nodesOfLevel(workflow: Workflow, level: number): readonly WorkflowNode[] {
  return atOnce(nodesOfLevelSteps(workflow, level));
}

/** {@link nodesOfLevel} in steps. */
export function* nodesOfLevelSteps(workflow: Workflow, level: number): Steps<readonly WorkflowNode[]> {
  const { levels, nodesById } = planOf(workflow);
  const ids = levels[level] ?? [];
  const nodes: WorkflowNode[] = [];
  yield* inSlices(ids.length, NODES_A_STEP, (start, end) => {
    for (let index = start; index < end; index += 1) nodes.push(nodesById.get(ids[index] ?? "") as WorkflowNode);
  });
  return nodes;
}

const NODES_A_STEP = 4 * ITEMS_A_STEP;

/** Lanes serve whole levels, so a level is as urgent as its most urgent node. */
export function levelPriority(nodes: readonly WorkflowNode[]): number | undefined {
  let most: number | undefined;
  for (const { options } of nodes) {
    if (options.priority !== undefined && (most === undefined || options.priority < most)) most = options.priority;
  }
  return most;
}
