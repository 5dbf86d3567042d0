import type { WorkflowPlan } from "../workflow/workflow-plan.ts";

/** What people who look at a queue are shown of a level. */
export interface ShownLevel {
  /** The first ones. */
  readonly nodeIds: readonly string[];
  readonly nodeCount: number;
}

const MAX_SHOWN_NODES = 3;

export function showLevel({ levels }: WorkflowPlan, level: number): ShownLevel {
  const ids = levels[level] ?? [];
  return { nodeIds: ids.slice(0, MAX_SHOWN_NODES), nodeCount: ids.length };
}
