import type { PauseRunOutcome, ResumeRunOutcome, RetryRunOutcome, RetryRunParams } from "../../core/ports/producer-store.ts";
import { changeDefinition } from "./definitions.ts";
import { appendEvent, arm, disarm, holdTimeout, type MemoryRun, type MemoryState } from "./memory-state.ts";

export function pauseRun(state: MemoryState, runId: string): PauseRunOutcome {
  const run = state.runs.get(runId);
  if (run === undefined) return "no-such-run";
  const { record } = run;
  if (record.status === "paused") return "already-paused";
  if (record.status !== "queued" && record.status !== "running") return "conflict";
  record.status = "paused";
  if (run.timeout !== undefined) {
    run.timeoutLeftMs = Math.max(0, run.timeout.at - state.now());
    disarm(state, run.timeout);
    run.timeout = undefined;
  }
  for (const { timeout } of run.claims.values()) {
    if (timeout !== undefined) holdTimeout(state, run, timeout);
  }
  appendEvent(state, run, "paused");
  return "paused";
}

export function resumeRun(state: MemoryState, runId: string): ResumeRunOutcome {
  const run = state.runs.get(runId);
  if (run === undefined) return { kind: "no-such-run" };
  const { record } = run;
  if (record.status === "queued" || record.status === "running") return { kind: "not-paused" };
  if (record.status !== "paused") return { kind: "conflict" };
  const now = state.now();
  record.status = record.startedAt === undefined ? "queued" : "running";
  record.dispatch += 1;
  run.dispatchedAt = now;
  if (run.timeoutLeftMs !== undefined) {
    run.timeout = arm(state, now + run.timeoutLeftMs, { kind: "run", runId });
    run.timeoutLeftMs = undefined;
  }
  for (const claim of run.claims.values()) {
    const leftMs = claim.timeout && run.claimTimeoutsLeftMs.get(claim.timeout);
    if (claim.timeout !== undefined && leftMs !== undefined) claim.timeout = arm(state, now + leftMs, claim.timeout.deadline);
  }
  run.claimTimeoutsLeftMs.clear();
  appendEvent(state, run, "resumed");
  return { kind: "resumed", dispatch: record.dispatch };
}

export function retryRun(state: MemoryState, { runId, epoch, input, definition }: RetryRunParams): RetryRunOutcome {
  const run = state.runs.get(runId);
  if (run === undefined) return { kind: "no-such-run" };
  const { record } = run;
  if (epoch !== undefined && record.epoch !== epoch) return { kind: "conflict" };
  if (record.status === "completed") return { kind: "nothing-to-retry" };
  if (record.status !== "failed" && record.status !== "cancelled") return { kind: "conflict" };
  record.status = "queued";
  record.epoch += 1;
  record.dispatch += 1;
  record.level = -1;
  record.barrierLevel = -1;
  record.strands = 1;
  record.committedInLevel = 0;
  delete record.plannedDispatch;
  delete record.cause;
  delete record.startedAt;
  delete record.finishedAt;
  run.dispatchedAt = state.now();
  run.timings.clear();
  forgetUncommitted(run);
  if (input !== undefined) run.inputText = JSON.stringify(input);
  if (definition !== undefined) changeDefinition(state, run, definition);
  appendEvent(state, run, "queued");
  return { kind: "retrying", dispatch: record.dispatch };
}

function forgetUncommitted(run: MemoryRun): void {
  for (const [nodeId, node] of run.nodes) {
    if (node.status !== "completed") run.nodes.delete(nodeId);
  }
}
