import type { Workflow, WorkflowOptions } from "./workflow.ts";

/** A workflow with options that override its own. */
export function withOptions(workflow: Workflow, overrides: WorkflowOptions): Workflow {
  // As it is, mostly: what follows from a definition is worked out once for each.
  if (Object.keys(overrides).length === 0) return workflow;
  return { ...workflow, options: { ...workflow.options, ...overrides } };
}
