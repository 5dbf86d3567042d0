import { DEFAULTS } from "../../core/config/defaults.ts";
import type { ClaimedNode, ClaimNodeOutcome, ClaimNodeParams } from "../../core/ports/worker-store.ts";
import type { LaneRef } from "../../core/run/job-ref.ts";
import { compareIds } from "../../core/text/compare-bytes.ts";
import { dropFirst, peekFirst, type FifoList } from "./fifo-list.ts";
import {
  appendEvent,
  disarm,
  holdRetry,
  nodeOf,
  type HeldRetry,
  type ListedNode,
  type MemoryClaim,
  type MemoryLane,
  type MemoryRun,
  type MemoryState,
} from "./memory-state.ts";

/** What a claim is made from. */
interface Claiming {
  readonly state: MemoryState;
  readonly run: MemoryRun;
  readonly lane: MemoryLane;
  readonly params: ClaimNodeParams;
  readonly now: number;
}

export function claimNode(state: MemoryState, params: ClaimNodeParams): ClaimNodeOutcome {
  const run = state.runs.get(params.lane.runId);
  if (run === undefined || !standsForRun(run, params.lane)) return { kind: "superseded" };
  if (run.record.status !== "running") return { kind: "stopped", status: run.record.status };
  const claiming: Claiming = { state, run, lane: laneOf(run, params.lane.lane), params, now: state.now() };
  return reclaim(claiming) ?? takeDueRetry(claiming) ?? takeListed(claiming) ?? answerNothing(claiming);
}

/** Whether a lane belongs to the barrier that stands for the run. */
export function standsForRun({ record }: MemoryRun, { dispatch, level }: LaneRef): boolean {
  return dispatch === record.dispatch && level === record.barrierLevel;
}

/** The node that this lane had claimed: whoever ran the lane is gone. The attempt goes on, so it is not announced again. */
function reclaim({ state, run, lane, params, now }: Claiming): ClaimNodeOutcome | undefined {
  const lost = lane.claim;
  if (lost === undefined) return undefined;
  // This very claim once more, as by a client whose connection was lost with the answer.
  if (lost.token === params.token) return holdClaim(run, lost, now);
  // Whoever asks has claimed for this lane before: another process has taken the lane over from it.
  if (!params.takeOver) return { kind: "superseded" };
  disarm(state, lost.timeout);
  const node = nodeOf(run, lost.nodeId);
  if (params.isForgiven !== true) node.crashCount += 1;
  node.worker = params.worker;
  const { nodeId, pool, ordered } = lost;
  return holdClaim(run, { nodeId, pool, ordered, token: params.token, lane }, now);
}

function takeDueRetry(claiming: Claiming): ClaimedNode | undefined {
  const { run, lane, now } = claiming;
  const retry = earliestRetry(lane);
  if (retry === undefined || retry.retryAt > now) return undefined;
  lane.retries.splice(lane.retries.indexOf(retry), 1);
  run.waitingRetryCount -= 1;
  return startAttempt(claiming, retry);
}

function takeListed(claiming: Claiming): ClaimedNode | undefined {
  const { run, lane, params, now } = claiming;
  while (hasRoom(run)) {
    const candidate = findCandidate(run, params.lane.pool);
    if (candidate === undefined) return undefined;
    dropFirst(candidate.list);
    const node = run.nodes.get(candidate.entry.nodeId);
    // Committed after the plan was made.
    if (node !== undefined && node.status !== "pending") continue;
    const dueAt = node?.retryAt ?? now;
    if (dueAt <= now) return startAttempt(claiming, candidate.entry);
    holdRetry(run, lane, candidate.entry, dueAt);
  }
  return undefined;
}

function answerNothing({ run, lane, params, now }: Claiming): ClaimNodeOutcome {
  const retryInMs = (earliestRetry(lane)?.retryAt ?? Infinity) - now;
  const isLimited = !hasRoom(run) && findCandidate(run, params.lane.pool) !== undefined;
  const placeInMs = isLimited ? DEFAULTS.laneWaitMs : Infinity;
  const delayMs = Math.min(retryInMs, placeInMs);
  return delayMs === Infinity ? { kind: "drained" } : { kind: "wait", delayMs: Math.max(1, delayMs) };
}

function startAttempt({ state, run, lane, params, now }: Claiming, { nodeId, pool, ordered }: ListedNode): ClaimedNode {
  const node = nodeOf(run, nodeId);
  node.status = "running";
  node.attempt += 1;
  node.startedAt ??= now;
  node.worker = params.worker;
  node.retryAt = undefined;
  if (ordered) run.orderedBusy = true;
  const claimed = holdClaim(run, { nodeId, pool, ordered, token: params.token, lane }, now);
  appendEvent(state, run, "node-started", { level: run.record.level, nodeId, attempt: node.attempt, worker: params.worker });
  return claimed;
}

function holdClaim(run: MemoryRun, claim: MemoryClaim, now: number): ClaimedNode {
  run.claims.set(claim.nodeId, claim);
  claim.lane.claim = claim;
  const node = nodeOf(run, claim.nodeId);
  const claimed: ClaimedNode = {
    kind: "claimed",
    nodeId: claim.nodeId,
    level: run.record.level,
    epoch: run.record.epoch,
    attempt: node.attempt,
    crashCount: node.crashCount,
    ordered: claim.ordered,
  };
  return node.unknownTypeSince === undefined ? claimed : { ...claimed, unknownTypeForMs: now - node.unknownTypeSince };
}

function laneOf(run: MemoryRun, number: number): MemoryLane {
  const known = run.lanes.get(number);
  if (known !== undefined) return known;
  const lane: MemoryLane = { claim: undefined, retries: [] };
  run.lanes.set(number, lane);
  return lane;
}

function earliestRetry(lane: MemoryLane): HeldRetry | undefined {
  let earliest = lane.retries[0];
  for (const retry of lane.retries) if (earliest !== undefined && compareDue(retry, earliest) < 0) earliest = retry;
  return earliest;
}

function compareDue(a: HeldRetry, b: HeldRetry): number {
  return a.retryAt - b.retryAt || compareIds(a.nodeId, b.nodeId);
}

/** Whether the run is below its limit. */
export function hasRoom({ record, claims, waitingRetryCount }: MemoryRun): boolean {
  return record.maxConcurrency === undefined || claims.size + waitingRetryCount < record.maxConcurrency;
}

/** The node that a lane of this pool would be given next. It stays in its list. */
export function findCandidate(
  run: MemoryRun,
  pool: string,
): { readonly entry: ListedNode; readonly list: FifoList<ListedNode> } | undefined {
  const head = peekFirst(run.ordered);
  if (head?.pool === pool && !run.orderedBusy) return { entry: head, list: run.ordered };
  const list = run.free.get(pool);
  const entry = list && peekFirst(list);
  return list === undefined || entry === undefined ? undefined : { entry, list };
}
