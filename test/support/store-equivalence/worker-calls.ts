import type { RunError } from "../../../src/core/run/run-record.ts";
import type { LaneRef } from "../../../src/core/run/job-ref.ts";
import type { ClaimRef, CommitNodeParams, StateChange } from "../../../src/core/ports/worker-store.ts";
import { DEFAULT_POOL, type WorkflowNode } from "../../../src/core/workflow/workflow.ts";
import type { Chooser } from "./chooser.ts";
import { TYPES } from "./draw-definition.ts";
import { GRACES_MS, type DrawCall } from "./producer-calls.ts";
import type { HeldClaim, RunInScene, Scene } from "./scene.ts";
import { planLevel } from "./scheduler-calls.ts";
import type { StoreCall } from "./step.ts";

export const STATE_KEYS = ["total", "seen", '"k|\ud800'] as const;
const POOLS = ["default", "gpu"] as const;
const WORKERS = ["worker-1", "worker-2", 'w|"3'] as const;
const RELEASE_REASONS = ["run-stopped", "worker-stopping", "unknown-type", "needs-order"] as const;

/** A lane that holds nothing asks for a node. */
export const claim: DrawCall = (scene, run) => {
  const busy = new Set(run.live.map(({ lane }) => lane.lane));
  const idle = run.lanes.filter(({ lane }) => !busy.has(lane));
  return idle.length === 0 ? undefined : claimFor(scene, scene.choose.one(idle), scene.choose.chance(0.3));
};

/** A lane that holds a node asks again, from another process mostly. */
export const reclaim: DrawCall = (scene, run) => {
  const { choose } = scene;
  return run.live.length === 0 ? undefined : claimFor(scene, choose.one(run.live).lane, choose.chance(0.8));
};

/** The same claim once more, as by a client that lost its connection before the answer. */
export const repeatClaim: DrawCall = ({ choose }, { live }) =>
  live.length === 0 ? undefined : { method: "claimNode", params: choose.one(live).asked };

/** The lane that a run starts with starts it, whether it waits for that or not. */
export const startRun: DrawCall = (scene, run) => {
  const { record, runId } = run;
  if (record === undefined) return undefined;
  const lane = { runId, dispatch: record.dispatch, level: 0, lane: 0, pool: DEFAULT_POOL };
  return { method: "startRun", params: { lane, epoch: record.epoch, plan: planLevel(scene, run, 0) } };
};

/** A lane goes on with the next level, whether it may or not. */
export const enterLevel: DrawCall = (scene, run) => {
  const { record, lanes, definition } = run;
  if (record === undefined || lanes.length === 0 || record.level + 1 >= definition.levels.length) return undefined;
  const level = scene.choose.chance(0.85) ? record.level + 1 : record.level;
  return {
    method: "enterLevel",
    params: { lane: scene.choose.one(lanes), epoch: record.epoch, plan: planLevel(scene, run, level) },
  };
};

export const noteHandlerTimes: DrawCall = ({ choose }) => ({
  method: "noteHandlerTimes",
  params: new Map(
    TYPES.filter(() => choose.chance(0.5)).map((type) => [
      type,
      { count: choose.one([1, 7]), meanMs: choose.one([0, 1 / 3, 20]) },
    ]),
  ),
});

export const armTimeout: DrawCall = ({ choose }, run) =>
  withClaim(choose, run, ({ ref }) => ({
    method: "armTimeout",
    params: { claim: ref, timeoutMs: choose.one([1, 3, 100, 2_000, 60_000]) },
  }));

export const commit: DrawCall = ({ choose }, run) =>
  withClaim(choose, run, ({ ref, lane }) => {
    const result = JSON.stringify(choose.one([null, 1, `of ${ref.nodeId}`, { deep: ["|", "\ud800"] }]));
    const params: CommitNodeParams = { claim: ref, result, stateChanges: drawChanges(choose) };
    return { method: "commitNode", params: choose.chance(0.8) ? { ...params, lane } : params };
  });

/** A lane commits what it ran ahead of claims, the next nodes mostly. */
export const commitAhead: DrawCall = ({ choose }, run) => {
  const { record, lanes, definition } = run;
  if (record === undefined || lanes.length === 0) return undefined;
  const level = definition.levels[record.level] ?? [];
  const open = level.filter(({ id }) => !run.nodes.has(id));
  const candidates = open.length > 0 && choose.chance(0.9) ? open : level;
  if (candidates.length === 0) return undefined;
  const first = choose.chance(0.8) ? 0 : choose.between(0, candidates.length - 1);
  const nodes = candidates
    .slice(first, first + choose.one([1, 1, 2, 3]))
    .map(({ id }) => ({ nodeId: id, result: JSON.stringify(choose.one([null, 2, `ahead of ${id}`])) }));
  const asked = { lane: choose.one(lanes), worker: choose.one(WORKERS), epoch: record.epoch, level: record.level };
  return { method: "commitAhead", params: { ...asked, nodes } };
};

export const retryLater: DrawCall = ({ choose }, run) =>
  withClaim(choose, run, (held) => failure(choose, run, held, { retryDelayMs: choose.one([0, 1, 2, 3, 100, 2_000, 60_000]) }));

export const failForGood: DrawCall = ({ choose }, run) => withClaim(choose, run, (held) => failure(choose, run, held, {}));

export const release: DrawCall = ({ choose }, run) =>
  withClaim(choose, run, ({ ref }) => {
    const node = nodeOf(run, ref.nodeId);
    const reason = choose.one(RELEASE_REASONS);
    const type = reason === "needs-order" ? (node?.type ?? "late") : choose.one(TYPES);
    return { method: "releaseClaim", params: { claim: ref, reason, type, pool: node?.options.pool ?? DEFAULT_POOL } };
  });

export const reportProgress: DrawCall = ({ choose }, run) =>
  withClaim(choose, run, ({ ref }) => {
    const note = choose.chance(0.5) ? { note: choose.one(["half way", "", '"|\ud800']) } : {};
    return { method: "reportProgress", params: { claim: ref, fraction: choose.one([0, 0.25, 1 / 3, 1]), ...note } };
  });

export const heartbeat: DrawCall = ({ choose }, run) => {
  const claims = run.claims.filter(() => choose.chance(0.5)).map(({ ref }) => ref);
  const types = TYPES.filter(() => choose.chance(0.5));
  const ahead = claims.filter(() => choose.chance(0.3)).map((ref) => ({ ...ref, token: `${ref.token} ahead` }));
  return { method: "heartbeat", params: { worker: choose.one(WORKERS), pool: choose.one(POOLS), types, claims, ahead } };
};

export const removeWorker: DrawCall = ({ choose }) => ({ method: "removeWorker", params: { worker: choose.one(WORKERS) } });

export const isTypeServed: DrawCall = ({ choose }) => ({
  method: "isTypeServed",
  params: { type: choose.one(TYPES), pool: choose.one(POOLS) },
});

export const countWorkers: DrawCall = ({ choose }) => ({ method: "countWorkers", params: { pool: choose.one(POOLS) } });

export const registerStatefulTypes: DrawCall = ({ choose }) => ({
  method: "registerStatefulTypes",
  params: TYPES.filter(() => choose.chance(0.2)),
});

function claimFor(scene: Scene, lane: LaneRef, takeOver: boolean): StoreCall {
  const { choose } = scene;
  const forgiven = choose.chance(0.2) ? { isForgiven: choose.chance(0.8) } : {};
  return { method: "claimNode", params: { lane, token: scene.newToken(), worker: choose.one(WORKERS), takeOver, ...forgiven } };
}

/** Of a live claim, mostly. */
function withClaim(choose: Chooser, run: RunInScene, draw: (held: HeldClaim) => StoreCall): StoreCall | undefined {
  const { claims, isForged } = choose.weighted(claimsToDrawFrom(run))!;
  if (claims.length === 0) return undefined;
  const held = choose.one(claims);
  return draw(isForged ? { ...held, ref: forge(choose, held.ref) } : held);
}

interface ClaimChoice {
  readonly claims: readonly HeldClaim[];
  readonly isForged: boolean;
}

/** Live ones, lost ones among others, and ones that nobody was given. */
function claimsToDrawFrom({ live, claims }: RunInScene): (readonly [number, ClaimChoice])[] {
  return [
    [86, { claims: live, isForged: false }],
    [5, { claims, isForged: false }],
    [5, { claims: live, isForged: true }],
    [4, { claims, isForged: true }],
  ];
}

function forge(choose: Chooser, ref: ClaimRef): ClaimRef {
  if (choose.chance(0.5)) return { ...ref, epoch: ref.epoch + choose.one([-1, 1]) };
  return { ...ref, token: choose.one(["", "made-up"]) };
}

function failure(
  choose: Chooser,
  run: RunInScene,
  { ref, lane: { level } }: HeldClaim,
  retry: { readonly retryDelayMs?: number },
): StoreCall {
  const { nodeId } = ref;
  const attempt = run.nodes.get(nodeId)?.attempt ?? 1;
  const message = `error executing node ${nodeId}: ${choose.one(["boom", '"quoted" \ud800'])}`;
  const error: RunError = { code: choose.one(["NODE_FAILED", "NODE_TIMEOUT"]), message, nodeId, level, attempt };
  return { method: "failAttempt", params: { claim: ref, error, ...retry, graceMs: choose.one(GRACES_MS) } };
}

function drawChanges(choose: Chooser): readonly StateChange[] {
  const count = choose.between(0, 2);
  return Array.from({ length: count }, (): StateChange => {
    const key = choose.one(STATE_KEYS);
    if (choose.chance(0.2)) return { kind: "delete", key };
    const ttl = choose.chance(0.6) ? { ttlMs: choose.one([0, 2, 100, 60_000]) } : {};
    return { kind: "set", key, value: choose.one([null, 0, "a|b", { deep: ["\ud800"] }]), ...ttl };
  });
}

function nodeOf(run: RunInScene, nodeId: string): WorkflowNode | undefined {
  return run.definition.workflow.nodes.find(({ id }) => id === nodeId);
}
