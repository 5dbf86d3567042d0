import { LevelflowError } from "../core/errors/levelflow-error.ts";
import type { CreateRunParams } from "../core/ports/producer-store.ts";
import { NOTHING_KNOWN, type HandlerTimes } from "../core/run/handler-times.ts";
import { newRunId, RUN_ID_PATTERN } from "../core/run/new-run-id.ts";
import { levelPriority, nodesOfLevel, startPoolOf } from "../core/run/plan-start.ts";
import { jobPriority } from "../core/run/run-order.ts";
import { showLevel } from "../core/run/show-level.ts";
import type { TraceCarrier } from "../core/run/trace-carrier.ts";
import { inTurns } from "../core/time/in-turns.ts";
import { withOptions } from "../core/workflow/with-options.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import type { Workflow } from "../core/workflow/workflow.ts";
import { definitionOf, hash } from "./definition.ts";
import { parseEnqueueOptions, type EnqueueOptions } from "./enqueue-options.ts";
import type { ProducerContext } from "./producer-context.ts";
import { RunHandle } from "./run-handle.ts";
import { readInput } from "./run-input.ts";

/**
 * Validates a payload, plans its workflow, writes the run, adds its start job, and answers a handle to the run once that is done. A payload of up
 * to some hundred nodes is read before this returns, and so are the options, so that their owner may go on with them; a larger payload is read
 * bit by bit. Of runs that are enqueued all at once only those go further for which there is a place: the others leave the event loop to
 * whoever wants it, and hold little until then.
 */
export function enqueuePayload(context: ProducerContext, payload: unknown, given: EnqueueOptions): Promise<RunHandle> {
  try {
    const read = context.payloads.read(payload);
    // Should the options be refused, nobody hears of the payload.
    if (read instanceof Promise) read.catch(() => undefined);
    const own = takeOptions(context, given);
    if (!(read instanceof Promise)) return enqueueInTurn(context, read, own);
    return read.then((workflow) => enqueueInTurn(context, workflow, own));
  } catch (error) {
    return refused(error);
  }
}

/** By the promise, as all else is refused. */
async function refused(error: unknown): Promise<never> {
  throw error;
}

/** The same for what was read before. */
export async function enqueueWorkflow(context: ProducerContext, workflow: Workflow, given: EnqueueOptions): Promise<RunHandle> {
  return enqueueInTurn(context, workflow, takeOptions(context, given));
}

/** Options that have been checked, and the input. Their owner may go on with what was given. */
interface TakenOptions {
  readonly options: EnqueueOptions;
  readonly input: ReturnType<typeof readInput>;
}

function takeOptions({ settings }: ProducerContext, given: EnqueueOptions): TakenOptions {
  const options = parseEnqueueOptions(given);
  checkRunId(options.runId);
  return { options, input: readInput(options.input, settings.limits) };
}

function enqueueInTurn(context: ProducerContext, workflow: Workflow, own: TakenOptions): Promise<RunHandle> {
  return context.gate.pass(() => enqueueRequest(context, workflow, own));
}

async function enqueueRequest(context: ProducerContext, given: Workflow, { options, input }: TakenOptions): Promise<RunHandle> {
  const { runId = newRunId(), idempotencyKey, input: _read, ...overrides } = options;
  const workflow = withOptions(given, overrides);
  const create = async (trace?: TraceCarrier): Promise<string> =>
    createRun(context, await planRequest(context, { runId, workflow, input, idempotencyKey, trace }));
  const { tracing } = context;
  const id = await (tracing === undefined ? create() : tracing.enqueueing({ runId, workflowId: workflow.workflowId }, create));
  return new RunHandle(id, context);
}

interface Request extends Pick<CreateRunParams, "runId" | "workflow" | "idempotencyKey" | "trace">, Pick<TakenOptions, "input"> {}

async function planRequest({ fingerprint }: ProducerContext, { workflow, input, ...request }: Request): Promise<CreateRunParams> {
  const definition = await inTurns(definitionOf(workflow, fingerprint));
  const requestHash = fingerprint === undefined ? hash(`${definition.workflowHash}\n${input?.text ?? ""}`) : fingerprint();
  return { input: input?.value, requestHash, startPool: startPoolOf(workflow), ...request, ...definition };
}

async function createRun(context: ProducerContext, request: CreateRunParams): Promise<string> {
  const { runId, idempotencyKey } = request;
  await context.ready();
  try {
    const times = await timesForOrder(context);
    context.watch.expect(runId);
    const outcome = await context.store.createRun(request);
    if (outcome.kind !== "created") context.watch.forget(runId);
    if (outcome.kind === "conflict") throw conflict(outcome.runId, idempotencyKey);
    // Repeated for a run that exists, which stays in the trace that it was created in: its producer may have died before this line.
    const trace = outcome.kind === "exists" ? (await context.store.loadRun({ runId: outcome.runId }))?.trace : request.trace;
    await addFirstJob(context, { ...request, runId: outcome.runId, trace }, times);
    return outcome.runId;
  } catch (error) {
    context.watch.forget(runId);
    if (error instanceof LevelflowError && error.code !== "REDIS_UNAVAILABLE") throw error;
    throw uncertain(runId, error);
  }
}

/** What is known of handlers, where it decides which run goes first. Only a hint: no run fails for it. */
async function timesForOrder({ settings, handlerTimes }: ProducerContext): Promise<HandlerTimes | undefined> {
  return settings.runOrder === "longest-path" ? handlerTimes.get().catch(() => NOTHING_KNOWN) : undefined;
}

/** A worker starts the run if its first level may be one lane's, else a scheduler does. */
async function addFirstJob(context: ProducerContext, request: CreateRunParams, times: HandlerTimes | undefined): Promise<void> {
  const { queue } = context;
  const { runId, startPool, workflow, workflowHash, trace } = request;
  const { workflowId } = workflow;
  if (startPool === undefined) return queue.addStart({ runId, dispatch: 1, workflowId });
  const plan = planOf(workflow);
  const level = { plan, level: 0, priority: levelPriority(nodesOfLevel(workflow, 0)) };
  const priority = jobPriority(level, times);
  await queue.addStartLane({ runId, pool: startPool, workflowHash, priority, workflowId, shown: showLevel(plan, 0), trace });
}

function checkRunId(runId: string | undefined): void {
  if (runId === undefined || RUN_ID_PATTERN.test(runId)) return;
  throw new LevelflowError(
    "INVALID_SETTING",
    `runId ${JSON.stringify(runId)} is not one that levelflow made: leave it out, or pass the id of an ENQUEUE_UNCERTAIN error`,
  );
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
