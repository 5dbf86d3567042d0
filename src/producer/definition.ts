import { createHash } from "node:crypto";
import type { RunDefinition } from "../core/ports/producer-store.ts";
import type { Steps } from "../core/time/in-turns.ts";
import { definitionPieces } from "../core/workflow/definition-text.ts";
import { planSteps } from "../core/workflow/workflow-plan.ts";
import type { Workflow } from "../core/workflow/workflow.ts";

/** A workflow as runs refer to it: under the hash of its content. */
export function* definitionOf(workflow: Workflow): Steps<RunDefinition> {
  const { levels } = yield* planSteps(workflow);
  const sum = createHash("sha256");
  for (const piece of yield* definitionPieces(workflow)) {
    // Without the line ends: the name of a content does not depend on how it is written.
    sum.update(piece.replaceAll("\n", ""));
    if (piece.length > LONG_PIECE_CHARS) yield;
  }
  return { workflow, workflowHash: sum.digest("hex"), levelCount: levels.length };
}

/** Hashing less than this takes no time to speak of; so long is a piece of a large definition. */
const LONG_PIECE_CHARS = 4_096;

export function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
