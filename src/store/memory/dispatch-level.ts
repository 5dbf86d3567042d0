import type { DispatchLevelOutcome, DispatchLevelParams } from "../../core/ports/scheduler-store.ts";
import type { EnterLevelOutcome, EnterLevelParams } from "../../core/ports/worker-store.ts";
import type { DispatchPlan } from "../../core/run/dispatch-plan.ts";
import { isFinal } from "../../core/run/states.ts";
import { createList } from "./fifo-list.ts";
import { appendEvent, arm, endClaim, nodeOf, publish, type MemoryRun, type MemoryState } from "./memory-state.ts";

export function dispatchLevel(state: MemoryState, params: DispatchLevelParams): DispatchLevelOutcome {
  const run = state.runs.get(params.runId);
  if (run === undefined || run.record.epoch !== params.epoch) return { kind: "superseded" };
  const { record } = run;
  if (isFinal(record.status)) return { kind: "finished" };
  if (record.status !== "queued" && record.status !== "running") return { kind: "superseded" };
  const isPlanned = record.plannedDispatch === record.dispatch;
  if (isPlanned && record.dispatch === params.dispatch && record.barrierLevel === params.plan.level) {
    return { kind: "already-advanced", ...run.planned };
  }
  if (record.dispatch !== params.expected.dispatch || record.level !== params.expected.level) return { kind: "superseded" };
  const { committedInLevel = record.committedInLevel } = params.expected;
  if (record.committedInLevel !== committedInLevel) return { kind: "superseded" };
  takePlan(state, run, params);
  return { kind: "advanced", ...run.planned };
}

function takePlan(state: MemoryState, run: MemoryRun, { dispatch, plan, committedInLevel }: DispatchLevelParams): void {
  const { record } = run;
  supersedeClaims(state, run);
  record.dispatch = dispatch;
  record.plannedDispatch = dispatch;
  record.barrierLevel = plan.level;
  run.planned = { lanes: { ...plan.lanes }, strands: plan.strands };
  run.dispatchedAt = state.now();
  if (record.status === "queued") startRun(state, run, run.dispatchedAt);
  beginLevel(state, run, plan, committedInLevel);
}

/** Goes on with the next level in the lanes that there are: the barrier of an earlier one goes on standing for the run. */
export function enterLevel(state: MemoryState, { lane, epoch, plan }: EnterLevelParams): EnterLevelOutcome {
  const run = state.runs.get(lane.runId);
  if (run === undefined || run.record.epoch !== epoch || run.record.status !== "running") return "superseded";
  const { record } = run;
  const stands =
    record.dispatch === lane.dispatch && record.plannedDispatch === lane.dispatch && record.barrierLevel === lane.level;
  if (!stands) return "superseded";
  if (record.level === plan.level) return "entered";
  if (record.level !== plan.level - 1) return "superseded";
  if (record.committedInLevel !== run.levelWidth) return "not-over";
  beginLevel(state, run, plan, 0);
  return "entered";
}

/** Makes a level current, with its lists. */
function beginLevel(state: MemoryState, run: MemoryRun, plan: DispatchPlan, committedInLevel: number): void {
  const { record } = run;
  timeLevels(run, plan.level, state.now());
  // Of the level that goes on, the record's own count is the exact one: commits went on while the plan was made.
  if (record.level !== plan.level) record.committedInLevel = committedInLevel;
  record.level = plan.level;
  record.strands = plan.strands;
  run.levelWidth = countNodes(plan) + committedInLevel;
  fillLists(run, plan);
  appendEvent(state, run, "level-started", { level: plan.level, nodeCount: countNodes(plan) });
}

/** Nodes of claims that are still live become pending: the new lists hold them, and their old holders can no longer commit. */
function supersedeClaims(state: MemoryState, run: MemoryRun): void {
  for (const claim of run.claims.values()) {
    endClaim(state, run, claim);
    const node = nodeOf(run, claim.nodeId);
    node.status = "pending";
    node.attempt -= 1;
    publish(state.abortListeners, { runId: run.record.runId, token: claim.token });
  }
  run.lanes.clear();
  run.waitingRetryCount = 0;
  run.orderedBusy = false;
}

function timeLevels(run: MemoryRun, level: number, now: number): void {
  if (level !== run.record.level) {
    const previous = run.timings.get(run.record.level);
    if (previous !== undefined) previous.finishedAt ??= now;
  }
  if (!run.timings.has(level)) run.timings.set(level, { level, startedAt: now });
}

function fillLists(run: MemoryRun, plan: DispatchPlan): void {
  run.free = new Map();
  for (const [pool, ids] of plan.free) {
    run.free.set(pool, createList(ids.map((nodeId) => ({ nodeId, pool, ordered: false }))));
  }
  run.ordered = createList(plan.ordered.map(({ nodeId, pool }) => ({ nodeId, pool, ordered: true })));
}

function startRun(state: MemoryState, run: MemoryRun, now: number): void {
  const { record } = run;
  record.status = "running";
  record.startedAt = now;
  if (record.timeoutMs !== undefined) {
    run.timeout = arm(state, now + record.timeoutMs, { kind: "run", runId: record.runId });
  }
  appendEvent(state, run, "started");
}

function countNodes(plan: DispatchPlan): number {
  let count = plan.ordered.length;
  for (const ids of plan.free.values()) count += ids.length;
  return count;
}
