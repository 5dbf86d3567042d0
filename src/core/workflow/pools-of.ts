import { DEFAULT_POOL, type Workflow } from "./workflow.ts";

/** The pools that a workflow's nodes run in. Whoever brings all workers of a run has to serve each of them. */
export function poolsOf({ nodes }: Pick<Workflow, "nodes">): readonly string[] {
  return [...new Set(nodes.map(({ options }) => options.pool ?? DEFAULT_POOL))];
}
