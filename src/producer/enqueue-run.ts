import { createHash } from "node:crypto";
import { InvalidWorkflowError, LevelflowError } from "../core/errors/levelflow-error.ts";
import { NotJsonError, toJsonText } from "../core/json/to-json-text.ts";
import type { JsonValue } from "../core/json/json-value.ts";
import { newRunId, RUN_ID_PATTERN } from "../core/run/new-run-id.ts";
import { parseWorkflow } from "../core/workflow/parse-workflow.ts";
import { planLevels } from "../core/workflow/plan-levels.ts";
import type { Workflow, WorkflowOptions } from "../core/workflow/workflow.ts";
import { parseEnqueueOptions, type EnqueueOptions } from "./enqueue-options.ts";
import type { ProducerContext } from "./producer-context.ts";

/** Validates and plans a payload, writes the run, adds its start job, and answers the run's id once both are done. */
export async function enqueueRun(context: ProducerContext, payload: unknown, options: EnqueueOptions): Promise<string> {
  const { runId: givenId, idempotencyKey, input, ...overrides } = parseEnqueueOptions(options);
  const workflow = withOptions(parseWorkflow(payload, context.settings.limits), overrides);
  const levelCount = planLevels(workflow).length;
  const runId = checkRunId(givenId) ?? newRunId();
  const definition = JSON.stringify(workflow);
  const workflowHash = hash(definition);
  const inputText = input === undefined ? "" : inputToText(input);
  await context.ready();
  try {
    const requestHash = hash(`${workflowHash}\n${inputText}`);
    const outcome = await context.store.createRun({
      runId,
      workflow,
      workflowHash,
      levelCount,
      input,
      idempotencyKey,
      requestHash,
    });
    if (outcome.kind === "conflict") throw conflict(outcome.runId, idempotencyKey);
    // Repeated for a run that exists: its producer may have died before this line.
    await context.queue.addStart({ runId: outcome.runId, dispatch: 1, workflowId: workflow.workflowId });
    return outcome.runId;
  } catch (error) {
    if (error instanceof LevelflowError && error.code !== "REDIS_UNAVAILABLE") throw error;
    throw uncertain(runId, error);
  }
}

function withOptions(workflow: Workflow, overrides: WorkflowOptions): Workflow {
  return { ...workflow, options: { ...workflow.options, ...overrides } };
}

function checkRunId(runId: string | undefined): string | undefined {
  if (runId === undefined || RUN_ID_PATTERN.test(runId)) return runId;
  throw new LevelflowError(
    "INVALID_SETTING",
    `runId ${JSON.stringify(runId)} is not one that levelflow made: leave it out, or pass the id of an ENQUEUE_UNCERTAIN error`,
  );
}

function inputToText(input: JsonValue): string {
  try {
    return toJsonText(input);
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    throw new InvalidWorkflowError(`the run's input ${error.message}`, [{ path: "input", message: error.message }]);
  }
}

function conflict(runId: string, idempotencyKey: string | undefined): LevelflowError {
  const subject =
    idempotencyKey === undefined ? `run id ${runId}` : `idempotency key ${JSON.stringify(idempotencyKey)} (run ${runId})`;
  return new LevelflowError(
    "IDEMPOTENCY_CONFLICT",
    `${subject} was used for another workflow, input or options: use a new key for a new request`,
    { runId },
  );
}

function uncertain(runId: string, cause: unknown): LevelflowError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LevelflowError(
    "ENQUEUE_UNCERTAIN",
    `Redis failed while run ${runId} was being enqueued (${reason}): it may or may not exist. Enqueue again with runId "${runId}"; it cannot run twice.`,
    { cause, runId },
  );
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
