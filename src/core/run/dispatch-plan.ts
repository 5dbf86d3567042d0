import { atOnce, inSlices, ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";
import { DEFAULT_POOL, type Workflow, type WorkflowNode } from "../workflow/workflow.ts";
import { isQuick } from "./handler-times.ts";
import { MAX_STRANDS } from "./job-ref.ts";
import { orderNodes } from "./order-nodes.ts";

/** The jobs of one level: which nodes lie in which list, and how many lanes each pool gets. */
export interface DispatchPlan {
  readonly level: number;
  /** Nodes that any lane of their pool may take, by pool, in the order in which they are to start. */
  readonly free: ReadonlyMap<string, readonly string[]>;
  /** Nodes that run one after another, in id order. */
  readonly ordered: readonly { readonly nodeId: string; readonly pool: string }[];
  /** Lanes by pool. No lane has nothing to do. */
  readonly lanes: Readonly<Record<string, number>>;
  /** Nodes that each lane works on at a time. */
  readonly strands: number;
}

/** How many nodes a plan lists. */
export function nodeCountOf({ ordered, free }: Pick<DispatchPlan, "ordered" | "free">): number {
  let count = ordered.length;
  for (const ids of free.values()) count += ids.length;
  return count;
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
  /** How long a node's handler takes, in ms, as far as is known; `undefined` counts as long. */
  readonly timeOf: (node: WorkflowNode) => number | undefined;
  /** The longest path from a node to the end of the run, in ms. Only asked for nodes whose order it decides. */
  readonly remainingOf: (node: WorkflowNode) => number;
}

/** Work of quick handlers that is worth one lane, in ms. A level that has less is done sooner by one process than it is spread. */
const LANE_WORK_MS = 25;

/**
 * Plans the jobs of a level.
 *
 * Stateful nodes form one ordered group. A node that only reads context values joins it when the level has a stateful node at all:
 * what it reads was otherwise settled by earlier levels. A group of one needs no order but counts as ordered, so it may use state.
 *
 * Nodes that take long, or of which nobody knows how long, get a lane each, so that they spread over all workers at once. Quick ones
 * share lanes. A lane that works on several nodes at a time holds as many as it takes for the whole level to be under way. Slow nodes
 * start first ({@link orderNodes}); the ordered group keeps the order of ids.
 */
export function planDispatch(params: PlanDispatchParams): DispatchPlan {
  return atOnce(planDispatchSteps(params));
}

/** {@link planDispatch} in steps. */
export function* planDispatchSteps(params: PlanDispatchParams): Steps<DispatchPlan> {
  const isOrdered = orderedIn(params);
  const { nodes } = params;
  const free = new Map<string, WorkflowNode[]>();
  const ordered: { nodeId: string; pool: string }[] = [];
  const work = new Map<string, PoolWork>();
  const place = (node: WorkflowNode): void => {
    const pool = node.options.pool ?? DEFAULT_POOL;
    if (isOrdered(node)) {
      ordered.push({ nodeId: node.id, pool });
      return;
    }
    const list = free.get(pool);
    if (list === undefined) free.set(pool, [node]);
    else list.push(node);
    addWork(work, pool, params.timeOf(node));
  };
  yield* inSlices(nodes.length, NODES_A_STEP, (start, end) => {
    for (let index = start; index < end; index += 1) place(nodes[index] as WorkflowNode);
  });
  for (const pool of new Set(ordered.map((entry) => entry.pool))) addWork(work, pool, undefined);
  return { level: params.level, free: listIds(free, params), ordered, ...shareOut(work, params) };
}

function listIds(free: ReadonlyMap<string, readonly WorkflowNode[]>, params: PlanDispatchParams): DispatchPlan["free"] {
  return new Map([...free].map(([pool, nodes]) => [pool, orderNodes(nodes, params).map(({ id }) => id)]));
}

const NODES_A_STEP = 4 * ITEMS_A_STEP;

function orderedIn(params: PlanDispatchParams): (node: WorkflowNode) => boolean {
  const { nodes, options, isStateful, readsContext } = params;
  if (options.sequential === true || nodes.length === 1) return () => true;
  const stateful = new Set(nodes.filter(isStateful));
  if (stateful.size === 0) return () => false;
  return (node) => stateful.has(node) || readsContext(node);
}

/** What a pool has to do: what can be done at a time, by how long it takes. */
interface PoolWork {
  longCount: number;
  quickCount: number;
  quickMs: number;
}

function addWork(work: Map<string, PoolWork>, pool: string, timeMs: number | undefined): void {
  const own = work.get(pool) ?? { longCount: 0, quickCount: 0, quickMs: 0 };
  work.set(pool, own);
  if (isQuick(timeMs)) {
    own.quickCount += 1;
    own.quickMs += timeMs ?? 0;
  } else {
    own.longCount += 1;
  }
}

function shareOut(
  work: ReadonlyMap<string, PoolWork>,
  { options, maxLanesPerLevel }: PlanDispatchParams,
): Pick<DispatchPlan, "lanes" | "strands"> {
  const most = options.maxConcurrency || Infinity;
  const lanes = Object.create(null) as Record<string, number>;
  let strands = 1;
  for (const [pool, { longCount, quickCount, quickMs }] of work) {
    const quickLanes = quickCount === 0 ? 0 : Math.max(1, Math.ceil(quickMs / LANE_WORK_MS));
    const count = Math.min(longCount + quickLanes, longCount + quickCount, maxLanesPerLevel, most);
    lanes[pool] = count;
    strands = Math.max(strands, Math.min(Math.ceil((longCount + quickCount) / count), Math.floor(most / count)));
  }
  return { lanes, strands: Math.min(strands, MAX_STRANDS) };
}
