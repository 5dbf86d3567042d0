import { InvalidWorkflowError } from "../errors/levelflow-error.ts";
import { checkStructure } from "./check-structure.ts";
import { invalidWorkflow } from "./invalid-workflow.ts";
import { checkLimits, type WorkflowLimits } from "./limits.ts";
import { readPayload } from "./read-payload.ts";
import type { Workflow } from "./workflow.ts";

/**
 * Turns a payload into the workflow that is planned, stored and run: types inferred, options filled up, what is unknown left out.
 *
 * Throws `InvalidWorkflowError` (`INVALID_WORKFLOW`) with every fault it finds at the first of three steps that finds any: limits, shape
 * (the message begins `failed to parse payload`), structure (ids, edge ends, cycles). The payload is not changed, and nothing in
 * it can harm the caller: depth, size, circles, odd keys and getters that throw all end in that error.
 *
 * @param limits replace those of `DEFAULTS`, one by one.
 */
export function parseWorkflow(payload: unknown, limits: Partial<WorkflowLimits> = {}): Workflow {
  const workflow = readWithinLimits(payload, limits);
  const faults = checkStructure(workflow);
  if (faults.length > 0) throw invalidWorkflow("invalid workflow", faults);
  return workflow;
}

/** The part that runs foreign code, if the payload has getters or is a proxy. */
function readWithinLimits(payload: unknown, limits: Partial<WorkflowLimits>): Workflow {
  try {
    const excess = checkLimits(payload, limits);
    if (excess.length > 0) throw invalidWorkflow("workflow too large", excess);
    const read = readPayload(payload);
    if ("workflow" in read) return read.workflow;
    throw invalidWorkflow("failed to parse payload", read.faults);
  } catch (error) {
    if (error instanceof InvalidWorkflowError) throw error;
    throw invalidWorkflow("failed to parse payload", [{ path: "", message: `reading it failed: ${describe(error)}` }]);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}
