import { createHash } from "node:crypto";
import { Attached } from "../core/memory/attached.ts";
import type { RunDefinition } from "../core/ports/producer-store.ts";
import type { Steps } from "../core/time/in-turns.ts";
import { definitionPieces } from "../core/workflow/definition-text.ts";
import { planSteps } from "../core/workflow/workflow-plan.ts";
import type { Workflow } from "../core/workflow/workflow.ts";

/** Makes a name that stands for a content without being made of it. */
export type Fingerprint = () => string;

/** A workflow as runs refer to it: under the hash of its content, or what is given instead. */
export function* definitionOf(workflow: Workflow, fingerprint: Fingerprint | undefined): Steps<RunDefinition> {
  const { levels } = yield* planSteps(workflow);
  const workflowHash = fingerprint === undefined ? yield* hashOf(workflow) : fingerprint();
  return { workflow, workflowHash, levelCount: levels.length };
}

const HASHES = new Attached<Workflow, string>("hash");

/** Worked out once for as long as the definition is held. */
function* hashOf(workflow: Workflow): Steps<string> {
  const known = HASHES.get(workflow);
  if (known !== undefined) return known;
  const sum = createHash("sha256");
  for (const piece of yield* definitionPieces(workflow)) {
    // Without the line ends: the name of a content does not depend on how it is written.
    sum.update(piece.replaceAll("\n", ""));
    if (piece.length > LONG_PIECE_CHARS) yield;
  }
  const digest = sum.digest("hex");
  HASHES.set(workflow, digest);
  return digest;
}

/** Hashing less than this takes no time to speak of; so long is a piece of a large definition. */
const LONG_PIECE_CHARS = 4_096;

export function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
