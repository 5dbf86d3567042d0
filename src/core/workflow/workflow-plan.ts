import { sourcesByNode } from "./node-inputs.ts";
import { planLevels } from "./plan-levels.ts";
import type { Workflow, WorkflowNode } from "./workflow.ts";

/** What follows from a definition alone. */
export interface WorkflowPlan {
  /** Node ids by level, sorted by byte order. */
  readonly levels: readonly (readonly string[])[];
  readonly nodesById: ReadonlyMap<string, WorkflowNode>;
  /** Sources by node, in the order of the edges. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
}

const PLANS = new WeakMap<Workflow, WorkflowPlan>();

/** The plan of a definition; worked out once for as long as the definition is held. */
export function planOf(workflow: Workflow): WorkflowPlan {
  const known = PLANS.get(workflow);
  if (known !== undefined) return known;
  const plan: WorkflowPlan = {
    levels: planLevels(workflow),
    nodesById: new Map(workflow.nodes.map((node) => [node.id, node])),
    sources: sourcesByNode(workflow),
  };
  PLANS.set(workflow, plan);
  return plan;
}
