import { DEFAULTS } from "../core/config/defaults.ts";
import type { RunErrorCode } from "../core/errors/catalogue.ts";
import { readProperty, readThrown } from "../core/errors/read-thrown.ts";
import type { HandlerAbortedError } from "../core/node/abort-reason.ts";
import { decideRetry } from "../core/run/decide-retry.ts";
import type { ReleaseReason } from "../core/ports/worker-store.ts";
import { DEFAULT_POOL } from "../core/workflow/workflow.ts";
import type { ActiveClaim } from "./active-claims.ts";
import { AttemptFailure, ClaimReturned, HandlerFailure } from "./attempt-end.ts";
import type { NodeEnd } from "./node-end.ts";
import type { ClaimedWork, Task } from "./prepare-task.ts";
import type { WorkerContext } from "./worker-context.ts";

/** Longest message that is kept of an error, in characters: it is stored with the run, told to all who watch, and logged. */
const MAX_MESSAGE_LENGTH = 10_000;

const SETTLED: NodeEnd = { kind: "settled" };

/**
 * Settles an attempt that did not end in a result: gives the claim back, has it retried, or fails the run. An error that is neither the
 * attempt's nor the handler's is thrown on.
 */
export async function settleFailure(context: WorkerContext, work: ClaimedWork & Partial<Task>, error: unknown): Promise<NodeEnd> {
  if (work.state?.fault !== undefined) throw work.state.fault;
  if (work.state?.touchedOutOfOrder === true) return giveBack(context, work, new ClaimReturned("needs-order"));
  if (error instanceof ClaimReturned) return giveBack(context, work, error);
  if (error instanceof AttemptFailure) return failAttempt(context, work, error);
  if (!(error instanceof HandlerFailure)) throw error;
  const aborted = abortOf(work.active, error.thrown);
  if (aborted === undefined) return failAttempt(context, work, error);
  // A claim that was lost is nobody's to give back; one that the loss of a lane has left behind is.
  return giveBack(context, work, new ClaimReturned(aborted.kind === "claim-lost" ? "worker-stopping" : aborted.kind));
}

/**
 * The abort that an error follows from. A handler that fails for a reason of its own while its run is being stopped has failed; one that
 * has lost its claim or its worker is not asked: clients throw errors of all kinds when they are aborted.
 */
function abortOf({ reason }: ActiveClaim, error: unknown): HandlerAbortedError | undefined {
  if (reason === undefined) return undefined;
  if (reason.kind !== "run-stopped") return reason;
  const isAbort = error === reason || readProperty(error, "name") === "AbortError" || readProperty(error, "cause") === reason;
  return isAbort ? reason : undefined;
}

async function giveBack(
  context: WorkerContext,
  { claim, facts, span }: ClaimedWork & Partial<Task>,
  end: ClaimReturned,
): Promise<NodeEnd> {
  const reason: ReleaseReason = end.reason;
  const known = facts ?? (await context.runs.get(claim));
  const node = known?.plan.nodesById.get(claim.nodeId);
  await context.store.releaseClaim({ claim, reason, type: node?.type ?? "", pool: node?.options.pool ?? DEFAULT_POOL });
  span?.end("returned");
  return end.delayMs === undefined ? SETTLED : { kind: "hand-back", delayMs: end.delayMs };
}

async function failAttempt(
  context: WorkerContext,
  work: ClaimedWork & Partial<Task>,
  error: AttemptFailure | HandlerFailure,
): Promise<NodeEnd> {
  const { claim, claimed, secrets, span } = work;
  const failure = describeFailure(error);
  // Cut last: half a secret would not be found.
  const reason = shorten(secrets === undefined ? failure.message : secrets.redact(failure.message));
  const message = `error executing node ${claim.nodeId}: ${reason}`;
  const retryDelayMs = failure.retryable ? await nextDelay(context, work, failure) : undefined;
  const outcome = await context.store.failAttempt({
    claim,
    error: { code: failure.code, message, nodeId: claim.nodeId, level: claimed.level, attempt: claimed.attempt },
    ...(retryDelayMs === undefined ? {} : { retryDelayMs }),
    graceMs: context.settings.abortGraceMs,
  });
  span?.end(SPAN_ENDS[outcome], message);
  const { stack } = readThrown(error instanceof HandlerFailure ? error.thrown : error, "");
  const err = { message, ...(secrets?.isEmpty !== false && stack !== undefined ? { stack: shorten(stack) } : {}) };
  context.queue.showLog(work.lane, `${claim.nodeId}: attempt ${String(claimed.attempt)} failed (${outcome}): ${reason}`);
  context.log.info({ ...claim, attempt: claimed.attempt, outcome, ...span?.ids, err }, "an attempt failed");
  return outcome === "failed-run" ? { kind: "failed-run", message } : SETTLED;
}

const SPAN_ENDS = { retrying: "retried", "failed-run": "failed", recorded: "failed", stale: "refused" } as const;

function shorten(text: string): string {
  return text.length <= MAX_MESSAGE_LENGTH ? text : `${text.slice(0, MAX_MESSAGE_LENGTH)}…`;
}

interface Failure {
  readonly code: RunErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

function describeFailure(error: AttemptFailure | HandlerFailure): Failure {
  if (error instanceof AttemptFailure) return { code: error.code, message: error.message, retryable: error.retryable };
  const { thrown } = error;
  // By name: handlers may come with a copy of this package of their own.
  const { name, message } = readThrown(thrown, "the handler threw what is no Error");
  if (name === "TerminalError") return { code: "NODE_FAILED", message, retryable: false };
  const retryAfterMs = name === "RetryableError" ? readRetryAfter(readProperty(thrown, "retryAfterMs")) : undefined;
  return { code: "NODE_FAILED", message, retryable: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** A handler may ask for any delay; what is no number of ms is not heeded, and nothing waits for more than `maxRetryAfterMs`. */
function readRetryAfter(asked: unknown): number | undefined {
  if (typeof asked !== "number" || Number.isNaN(asked) || asked < 0) return undefined;
  return Math.min(asked, DEFAULTS.maxRetryAfterMs);
}

async function nextDelay(context: WorkerContext, { claim, claimed }: ClaimedWork, failure: Failure): Promise<number | undefined> {
  const facts = await context.runs.get(claim);
  const options = facts?.plan.nodesById.get(claim.nodeId)?.options;
  if (options === undefined) return undefined;
  const asked = failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs };
  return decideRetry({ options, attempt: claimed.attempt, ...asked, random: context.random });
}
