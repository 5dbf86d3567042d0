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

const PLANS = new WeakMap<Workflow, WorkflowPlan>();

/** The plan of a definition; worked out once for as long as the definition is held. */
export function planOf(workflow: Workflow): WorkflowPlan {
  return PLANS.get(workflow) ?? atOnce(planSteps(workflow));
}

/** {@link planOf} in steps, for definitions of any size: done in turns once, it spares all who ask later. */
export function* planSteps(workflow: Workflow): Steps<WorkflowPlan> {
  const known = PLANS.get(workflow);
  if (known !== undefined) return known;
  const plan: WorkflowPlan = {
    levels: yield* planLevelsSteps(workflow),
    nodesById: yield* mapSteps(workflow.nodes, (node) => node),
    sources: yield* sourcesSteps(workflow),
  };
  PLANS.set(workflow, plan);
  return plan;
}
