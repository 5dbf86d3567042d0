import type { CreateRunOutcome, CreateRunParams } from "../../core/ports/producer-store.ts";
import { definitionFields, holdDefinition } from "./definitions.ts";
import { createList } from "./fifo-list.ts";
import { appendEvent, type MemoryRun, type MemoryState } from "./memory-state.ts";

export function createRun(state: MemoryState, params: CreateRunParams): CreateRunOutcome {
  const known = findKnown(state, params);
  if (known !== undefined) {
    return { kind: known.requestHash === params.requestHash ? "exists" : "conflict", runId: known.record.runId };
  }
  const run = newRun(state, params);
  state.runs.set(params.runId, run);
  if (params.idempotencyKey !== undefined) state.runIdsByKey.set(params.idempotencyKey, params.runId);
  holdDefinition(state, params);
  appendEvent(state, run, "queued");
  return { kind: "created", runId: params.runId };
}

function findKnown(state: MemoryState, { idempotencyKey, runId }: CreateRunParams): MemoryRun | undefined {
  const keyed = idempotencyKey === undefined ? undefined : state.runIdsByKey.get(idempotencyKey);
  return state.runs.get(keyed ?? runId);
}

function newRun(state: MemoryState, params: CreateRunParams): MemoryRun {
  const { input } = params;
  const now = state.now();
  return {
    record: {
      runId: params.runId,
      ...definitionFields(params),
      status: "queued",
      epoch: 1,
      dispatch: 1,
      level: -1,
      barrierLevel: -1,
      ...(params.startPool === undefined ? {} : { startPool: params.startPool }),
      ...(params.trace === undefined ? {} : { trace: params.trace }),
      strands: 1,
      committedInLevel: 0,
      committedCount: 0,
      createdAt: now,
    },
    requestHash: params.requestHash,
    idempotencyKey: params.idempotencyKey,
    inputText: input === undefined ? undefined : JSON.stringify(input),
    dispatchedAt: now,
    nodes: new Map(),
    results: new Map(),
    shared: new Map(),
    claims: new Map(),
    claimTimeoutsLeftMs: new Map(),
    waitingRetryCount: 0,
    orderedBusy: false,
    free: new Map(),
    ordered: createList(),
    lanes: new Map(),
    levelWidth: 0,
    planned: { lanes: {}, strands: 1 },
    timings: new Map(),
    timeout: undefined,
    timeoutLeftMs: undefined,
    finishDeadline: undefined,
    refusedCount: 0,
    events: [],
    eventCount: 0,
  };
}
