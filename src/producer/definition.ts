import { createHash } from "node:crypto";
import type { RunDefinition } from "../core/ports/producer-store.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import type { Workflow } from "../core/workflow/workflow.ts";

/** Makes the name by which a content is known, the same one for the same content. The content is written out only if it is called for. */
export type Fingerprint = (content: () => string) => string;

export const sha256: Fingerprint = (content) => createHash("sha256").update(content()).digest("hex");

/** A workflow as runs refer to it: under the fingerprint of its content. */
export function definitionOf(workflow: Workflow, fingerprint: Fingerprint): RunDefinition {
  const workflowHash = fingerprint(() => JSON.stringify(workflow));
  return { workflow, workflowHash, levelCount: planOf(workflow).levels.length };
}
