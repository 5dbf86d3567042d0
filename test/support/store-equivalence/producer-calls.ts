import type { CreateRunParams, RetryRunParams } from "../../../src/core/ports/producer-store.ts";
import { RUN_STATUSES } from "../../../src/core/run/states.ts";
import type { RunInScene, Scene } from "./scene.ts";
import type { StoreCall } from "./step.ts";

/** Draws a call for a run; `undefined` if it has nothing to make it from. */
export type DrawCall = (scene: Scene, run: RunInScene) => StoreCall | undefined;

export const GRACES_MS = [0, 3, 500, 30_000] as const;

const KEYS = ["key-a", "key-b", 'key "\ud800 |'] as const;
const INPUTS = [undefined, null, { text: 'a|b "\ud800' }] as const;

/** The same request most of the time, another one for the same id or key now and then. */
export const create: DrawCall = ({ choose }, { runId, definition }) => {
  const { workflow, workflowHash, levels } = definition;
  const variant = choose.chance(0.8) ? 0 : choose.between(1, 2);
  const params: CreateRunParams = {
    runId,
    workflow,
    workflowHash,
    levelCount: levels.length,
    input: INPUTS[variant],
    idempotencyKey: choose.chance(0.4) ? choose.one(KEYS) : undefined,
    requestHash: `request-${workflowHash}-${variant}`,
    startPool: variant === 0 ? undefined : "gpu",
  };
  return { method: "createRun", params };
};

export const pause: DrawCall = (_, { runId }) => ({ method: "pauseRun", params: { runId } });

export const resume: DrawCall = (_, { runId }) => ({ method: "resumeRun", params: { runId } });

export const retryRun: DrawCall = ({ choose, definitions }, run) => {
  const { runId, record } = run;
  const { workflow, workflowHash, levels } = choose.one(definitions);
  const former = run.definition.workflowHash;
  const params: RetryRunParams = {
    runId,
    ...(choose.chance(0.5) ? { epoch: record?.epoch ?? 1 } : {}),
    ...(choose.chance(0.3) ? { input: choose.one([null, "other"]) } : {}),
    ...(choose.chance(0.3) ? { definition: { workflow, workflowHash, levelCount: levels.length, former } } : {}),
  };
  return { method: "retryRun", params };
};

export const cancel: DrawCall = ({ choose }, { runId }) => ({
  method: "cancelRun",
  params: { runId, graceMs: choose.one(GRACES_MS) },
});

export const listRuns: DrawCall = ({ choose }) => ({
  method: "listRuns",
  params: { limit: choose.between(0, 2), ...(choose.chance(0.7) ? { status: choose.one(RUN_STATUSES) } : {}) },
});

/** All of them: where a page ends may depend on the order of what happened at a time. */
export const readEvents: DrawCall = (_scene, { runId }) => ({
  method: "readEvents",
  params: { runId, limit: 1_000 },
});
