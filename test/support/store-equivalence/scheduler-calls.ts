import type { DispatchLevelParams } from "../../../src/core/ports/scheduler-store.ts";
import type { FinishRunParams } from "../../../src/core/ports/worker-store.ts";
import { decideNext, type Decision } from "../../../src/core/run/decide-next.ts";
import { planDispatch, type DispatchPlan } from "../../../src/core/run/dispatch-plan.ts";
import type { RunRecord } from "../../../src/core/run/run-record.ts";
import { GRACES_MS, type DrawCall } from "./producer-calls.ts";
import type { RunInScene, Scene } from "./scene.ts";
import type { StoreCall } from "./step.ts";

const OUTCOMES = ["completed", "failed", "cancelled"] as const;

/** What the scheduler's own decision leads to, for a run that goes on. */
export const advance: DrawCall = (scene, run) => {
  const { record } = run;
  if (record === undefined) return undefined;
  const decision = decide(run, record);
  if (decision.kind === "complete") return finishAs(record, "completed");
  return decision.kind === "dispatch" ? dispatch(scene, run, record, decision) : undefined;
};

/** Issues the current level again, as if its jobs had been lost. */
export const dispatchAgain: DrawCall = (scene, run) => {
  const { record } = run;
  if (record === undefined || record.level < 0) return undefined;
  return dispatch(scene, run, record, { dispatch: record.dispatch + 1, level: record.level });
};

/** Comes a second time with the plan of the current level. */
export const repeatDispatch: DrawCall = (scene, run) => {
  const { record } = run;
  if (record === undefined || record.level < 0) return undefined;
  const expected = { ...record, level: scene.choose.one([record.level, record.level - 1]) };
  return dispatch(scene, run, expected, { dispatch: record.dispatch, level: record.level });
};

/** Goes on to the next level, whether this one is over or not. */
export const dispatchNext: DrawCall = (scene, run) => {
  const { record, definition } = run;
  if (record === undefined || record.level + 1 >= definition.levels.length) return undefined;
  return dispatch(scene, run, record, { dispatch: record.dispatch, level: record.level + 1 });
};

export const finish: DrawCall = ({ choose }, { runId, record }) => {
  if (record === undefined) return undefined;
  const fitting = { failing: "failed", cancelling: "cancelled", running: "completed" } as const;
  const outcome = choose.chance(0.9) && record.status in fitting ? fitting[record.status as keyof typeof fitting] : undefined;
  const behind = choose.chance(0.3) ? { behindLevel: choose.chance(0.8) ? record.level : record.level + 1 } : {};
  return { method: "finishRun", params: { runId, epoch: record.epoch, outcome: outcome ?? choose.one(OUTCOMES), ...behind } };
};

export const failRun: DrawCall = ({ choose }, { runId }) => ({
  method: "failRun",
  params: { runId, cause: { code: "RUN_TIMEOUT", message: `late "${runId}" | \ud800` }, graceMs: choose.one(GRACES_MS) },
});

export const takeDeadlines: DrawCall = () => ({ method: "takeDeadlines", params: { limit: 100 } });

export const listUnfinished: DrawCall = ({ choose }) => ({
  method: "listUnfinished",
  params: { minAgeMs: choose.one([0, 3, 100, 2_000]), limit: choose.between(0, 2), offset: choose.between(0, 1) },
});

export const listExpired: DrawCall = ({ choose }) => ({
  method: "listExpired",
  params: { retentionMs: choose.one([0, 3, 100, 2_000]), limit: choose.between(0, 2), offset: choose.between(0, 2) },
});

export const deleteRun: DrawCall = (_, { runId }) => ({ method: "deleteRun", params: { runId } });

function decide(run: RunInScene, record: RunRecord): Decision {
  const { runId, level, barrierLevel, dispatch } = record;
  const width = run.definition.levels[level]?.length ?? 0;
  const ref = { runId, dispatch };
  return decideNext(record, width, level < 0 ? { kind: "start", ...ref } : { kind: "barrier", ...ref, level: barrierLevel });
}

/** The plan of a level: of all of its nodes, if not told otherwise. */
export function planLevel(
  { choose, statefulTypes }: Scene,
  { definition }: RunInScene,
  level: number,
  nodes = definition.levels[level] ?? [],
): DispatchPlan {
  return planDispatch({
    level,
    nodes,
    options: definition.workflow.options,
    maxLanesPerLevel: choose.between(1, 4),
    isStateful: ({ type }) => type === "stateful" || statefulTypes.has(type),
    readsContext: ({ type }) => type === "reader",
    timeOf: () => choose.one([undefined, 1, 50]),
    remainingOf: () => choose.between(0, 3),
  });
}

function finishAs({ runId, epoch }: RunRecord, outcome: FinishRunParams["outcome"]): StoreCall {
  return { method: "finishRun", params: { runId, epoch, outcome } };
}

function dispatch(
  scene: Scene,
  run: RunInScene,
  { epoch, dispatch, level }: RunRecord,
  target: { readonly dispatch: number; readonly level: number },
): StoreCall {
  const { choose } = scene;
  const { runId, nodes, definition } = run;
  const all = definition.levels[target.level] ?? [];
  const committed = all.filter(({ id }) => nodes.get(id)?.status === "completed");
  // Now and then the plan of a repeated level was made before these were committed.
  const isBehind = target.level === level && choose.chance(0.3);
  const plan = planLevel(scene, run, target.level, isBehind ? all : all.filter((node) => !committed.includes(node)));
  // Foreseen: whoever has not looked at the record takes it that all of the level is committed.
  const foreseen = choose.chance(0.3) ? { committedInLevel: definition.levels[level]?.length ?? 0 } : {};
  const expected = { dispatch, level, ...foreseen };
  const params: DispatchLevelParams = {
    runId,
    epoch,
    expected,
    dispatch: target.dispatch,
    plan: { ...plan, lanes: { ...plan.lanes } },
    committedInLevel: isBehind ? 0 : committed.length,
  };
  return { method: "dispatchLevel", params };
}
