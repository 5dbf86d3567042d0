import { Attached } from "../memory/attached.ts";
import { atOnce, type Steps } from "../time/in-turns.ts";
import { mapSteps, sourcesSteps } from "./node-inputs.ts";
import { planLevelsSteps } from "./plan-levels.ts";
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
const PLANS = new Attached<Workflow["nodes"], { readonly edges: Workflow["edges"]; readonly plan: WorkflowPlan }>("plan");

/** The plan of a definition; worked out once for as long as its nodes and edges are held. */
export function planOf(workflow: Pick<Workflow, "nodes" | "edges">): WorkflowPlan {
  return knownPlan(workflow) ?? atOnce(planSteps(workflow));
}

/** {@link planOf} in steps, for definitions of any size: done in turns once, it spares all who ask later. */
export function* planSteps({ nodes, edges }: Pick<Workflow, "nodes" | "edges">): Steps<WorkflowPlan> {
  const known = knownPlan({ nodes, edges });
  if (known !== undefined) return known;
  const plan: WorkflowPlan = {
    levels: yield* planLevelsSteps({ nodes, edges }),
    nodesById: yield* mapSteps(nodes, (node) => node),
    sources: yield* sourcesSteps({ nodes, edges }),
  };
  PLANS.set(nodes, { edges, plan });
  return plan;
}

function knownPlan({ nodes, edges }: Pick<Workflow, "nodes" | "edges">): WorkflowPlan | undefined {
  const known = PLANS.get(nodes);
  return known?.edges === edges ? known.plan : undefined;
}
