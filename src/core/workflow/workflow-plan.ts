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

/** By a definition's nodes: it goes by other options under the same plan. */
const PLANS = new WeakMap<Workflow["nodes"], { readonly edges: Workflow["edges"]; readonly plan: WorkflowPlan }>();

/** The plan of a definition; worked out once for as long as its nodes and edges are held. */
export function planOf({ nodes, edges }: Pick<Workflow, "nodes" | "edges">): WorkflowPlan {
  const known = PLANS.get(nodes);
  if (known?.edges === edges) return known.plan;
  const plan: WorkflowPlan = {
    levels: planLevels({ nodes, edges }),
    nodesById: new Map(nodes.map((node) => [node.id, node])),
    sources: sourcesByNode({ nodes, edges }),
  };
  PLANS.set(nodes, { edges, plan });
  return plan;
}
