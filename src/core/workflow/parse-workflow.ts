import { InvalidWorkflowError } from "../errors/levelflow-error.ts";
import { readThrown } from "../errors/read-thrown.ts";
import { atOnce, type Steps } from "../time/in-turns.ts";
import { checkStructure } from "./check-structure.ts";
import { invalidWorkflow } from "./invalid-workflow.ts";
import { checkLimits, type WorkflowLimits } from "./limits.ts";
import { readPayload, type ReadPayload } from "./read-payload.ts";
import type { Workflow } from "./workflow.ts";

/**
 * Turns a payload into the workflow that is planned, stored and run: types inferred, options filled up, what is unknown left out.
 *
 * Throws `InvalidWorkflowError` (`INVALID_WORKFLOW`) with every fault: of the limits, if it breaks one; else of shape (the message begins
 * `failed to parse payload`) and, as far as nodes and edges can be told, of structure (ids, edge ends, cycles). The payload is not changed, and nothing in
 * it can harm the caller: depth, size, circles, odd keys and getters that throw all end in that error.
 *
 * @param limits replace those of `DEFAULTS`, one by one.
 */
export function parseWorkflow(payload: unknown, limits: Partial<WorkflowLimits> = {}): Workflow {
  return atOnce(parseSteps(payload, limits));
}

/** {@link parseWorkflow} in steps: a payload of 100,000 nodes takes half a second in all. */
export function* parseSteps(payload: unknown, limits: Partial<WorkflowLimits>): Steps<Workflow> {
  const { workflow, faults } = yield* readWithinLimits(payload, limits);
  const structureFaults = workflow === undefined ? [] : yield* checkStructure(workflow);
  if (faults.length > 0) throw invalidWorkflow("failed to parse payload", [...faults, ...structureFaults]);
  if (workflow === undefined || structureFaults.length > 0) throw invalidWorkflow("invalid workflow", structureFaults);
  return workflow;
}

/** The part that runs foreign code, if the payload has getters or is a proxy. */
function* readWithinLimits(payload: unknown, limits: Partial<WorkflowLimits>): Steps<ReadPayload> {
  try {
    const excess = yield* checkLimits(payload, limits);
    if (excess.length > 0) throw invalidWorkflow("workflow too large", excess);
    return yield* readPayload(payload);
  } catch (error) {
    if (error instanceof InvalidWorkflowError) throw error;
    throw invalidWorkflow("failed to parse payload", [
      { path: "", message: `reading it failed: ${readThrown(error, typeof error).message}` },
    ]);
  }
}
