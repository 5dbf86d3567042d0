import { createHash } from "node:crypto";
import type { RunDefinition } from "../core/ports/producer-store.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import type { Workflow } from "../core/workflow/workflow.ts";

/** A workflow as runs refer to it: under the hash of its content. */
export function definitionOf(workflow: Workflow): RunDefinition {
  return { workflow, workflowHash: hash(JSON.stringify(workflow)), levelCount: planOf(workflow).levels.length };
}

export function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
