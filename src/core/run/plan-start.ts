import { atOnce, inSlices, ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";
import { DEFAULT_POOL, type Workflow, type WorkflowNode } from "../workflow/workflow.ts";
import { planOf } from "../workflow/workflow-plan.ts";

/** Wider levels are a scheduler's, whatever their nodes take: it plans them, and brings them to the store, without holding anybody up. */
export const MAX_SHORT_PATH_NODES = 2_000;

/**
 * The pool whose workers a new run is brought to: one of them starts it, or leaves that to a scheduler. A run whose first level needs several
 * pools is a scheduler's at once; so is one with a timeout, whose clock begins with its dispatch, whether there is a worker or not.
 */
export function startPoolOf(workflow: Workflow): string | undefined {
  if (workflow.options.timeoutMs !== undefined) return undefined;
  const { levels, nodesById } = planOf(workflow);
  const ids = levels[0] ?? [];
  if (ids.length > MAX_SHORT_PATH_NODES) return undefined;
  const pools = new Set(ids.map((id) => nodesById.get(id)?.options.pool ?? DEFAULT_POOL));
  return pools.size === 1 ? [...pools][0] : undefined;
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
