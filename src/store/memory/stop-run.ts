import type { StopRunOutcome } from "../../core/ports/producer-store.ts";
import type { StopRunParams } from "../../core/ports/scheduler-store.ts";
import type { StopCause } from "../../core/run/run-record.ts";
import { isFinal, isStopping } from "../../core/run/states.ts";
import { appendEvent, arm, cancelHeldRetries, disarm, publish, type MemoryRun, type MemoryState } from "./memory-state.ts";

interface StopParams {
  readonly status: "failing" | "cancelling";
  readonly cause: StopCause;
  readonly graceMs: number;
}

export function cancelRun(
  state: MemoryState,
  { runId, graceMs }: { readonly runId: string; readonly graceMs: number },
): StopRunOutcome {
  const cause: StopCause = { code: "RUN_CANCELLED", message: `run ${runId} was cancelled` };
  return stopRun(state, runId, { status: "cancelling", cause, graceMs });
}

export function failRun(state: MemoryState, { runId, cause, graceMs }: StopRunParams): StopRunOutcome {
  return stopRun(state, runId, { status: "failing", cause, graceMs });
}

function stopRun(state: MemoryState, runId: string, params: StopParams): StopRunOutcome {
  const run = state.runs.get(runId);
  if (run === undefined) return "no-such-run";
  if (isFinal(run.record.status)) return "finished";
  if (isStopping(run.record.status)) return "already-stopping";
  beginStop(state, run, params);
  return "stopping";
}

/** From here on no node is claimed and no result taken; the run ends with its last claim, or after `graceMs`. */
export function beginStop(state: MemoryState, run: MemoryRun, { status, cause, graceMs }: StopParams): void {
  const { record } = run;
  const finishBy = state.now() + graceMs;
  record.status = status;
  record.cause = { code: cause.code, message: cause.message };
  record.finishBy = finishBy;
  disarm(state, run.timeout);
  run.timeout = undefined;
  run.timeoutLeftMs = undefined;
  run.dispatchedAt = state.now();
  run.finishDeadline = arm(state, finishBy, { kind: "finish", runId: record.runId });
  cancelHeldRetries(state, run);
  appendEvent(state, run, status, { ...record.cause });
  publish(state.abortListeners, { runId: record.runId });
}
