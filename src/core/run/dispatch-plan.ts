import { DEFAULT_POOL, type Workflow, type WorkflowNode } from "../workflow/workflow.ts";

/** The jobs of one level: which nodes lie in which list, and how many lanes each pool gets. */
export interface DispatchPlan {
  readonly level: number;
  /** Nodes that any lane of their pool may take, by pool, in id order. */
  readonly free: ReadonlyMap<string, readonly string[]>;
  /** Nodes that run one after another, in id order. */
  readonly ordered: readonly { readonly nodeId: string; readonly pool: string }[];
  /** Lanes by pool. No lane has nothing to do. */
  readonly lanes: Readonly<Record<string, number>>;
}

export interface PlanDispatchParams {
  readonly level: number;
  /** Uncommitted nodes of the level, in id order. */
  readonly nodes: readonly WorkflowNode[];
  readonly options: Workflow["options"];
  readonly maxLanesPerLevel: number;
  /** Whether a node touches the run's shared state. */
  readonly isStateful: (node: WorkflowNode) => boolean;
  /** Whether a node reads context values through placeholders. */
  readonly readsContext: (node: WorkflowNode) => boolean;
}

/**
 * Plans the jobs of a level.
 *
 * Stateful nodes form one ordered group. A node that only reads context values joins it when the level has a stateful node at all:
 * what it reads was otherwise settled by earlier levels. A group of one needs no order but counts as ordered, so it may use state.
 */
export function planDispatch(params: PlanDispatchParams): DispatchPlan {
  const isOrdered = orderedIn(params);
  const free = new Map<string, string[]>();
  const ordered: { nodeId: string; pool: string }[] = [];
  for (const node of params.nodes) {
    const pool = node.options.pool ?? DEFAULT_POOL;
    if (isOrdered(node)) {
      ordered.push({ nodeId: node.id, pool });
      continue;
    }
    const list = free.get(pool);
    if (list === undefined) free.set(pool, [node.id]);
    else list.push(node.id);
  }
  return { level: params.level, free, ordered, lanes: countLanes(free, ordered, params) };
}

function orderedIn(params: PlanDispatchParams): (node: WorkflowNode) => boolean {
  const { nodes, options, isStateful, readsContext } = params;
  if (options.sequential === true || nodes.length === 1) return () => true;
  const stateful = new Set(nodes.filter(isStateful));
  if (stateful.size === 0) return () => false;
  return (node) => stateful.has(node) || readsContext(node);
}

function countLanes(
  free: ReadonlyMap<string, readonly string[]>,
  ordered: DispatchPlan["ordered"],
  { options, maxLanesPerLevel }: PlanDispatchParams,
): Record<string, number> {
  const units = new Map<string, number>();
  for (const [pool, ids] of free) units.set(pool, ids.length);
  for (const pool of new Set(ordered.map((entry) => entry.pool))) units.set(pool, (units.get(pool) ?? 0) + 1);
  const most = Math.min(maxLanesPerLevel, options.maxConcurrency || Infinity);
  const lanes = Object.create(null) as Record<string, number>;
  for (const [pool, count] of units) lanes[pool] = Math.min(count, most);
  return lanes;
}
