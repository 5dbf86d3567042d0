import type { RunStatus } from "../../../src/core/run/states.ts";
import * as producer from "./producer-calls.ts";
import type { DrawCall } from "./producer-calls.ts";
import * as scheduler from "./scheduler-calls.ts";
import type { RunInScene, Scene } from "./scene.ts";
import { spoil } from "./spoil-call.ts";
import type { Step, StoreCall } from "./step.ts";
import * as worker from "./worker-calls.ts";

type Weighted = readonly (readonly [weight: number, draw: DrawCall])[];

/** What may be called at any time. */
const ASIDE: Weighted = [
  [6, scheduler.takeDeadlines],
  [2, worker.heartbeat],
  [1, worker.isTypeServed],
  [0.5, worker.countWorkers],
  [0.5, worker.removeWorker],
  [0.3, worker.registerStatefulTypes],
  [0.3, worker.noteHandlerTimes],
  [0.5, scheduler.listUnfinished],
  [0.5, scheduler.listExpired],
  [0.5, producer.listRuns],
  [0.5, producer.readEvents],
];

/** What ends claims. */
const ENDS: Weighted = [
  [14, worker.commit],
  [6, worker.retryLater],
  [1, worker.failForGood],
  [3, worker.release],
];

const FINAL: Weighted = [
  [8, producer.retryRun],
  [1.5, scheduler.deleteRun],
  [0.5, producer.create],
  [0.5, scheduler.finish],
];

const STOPPING: Weighted = [
  [4, scheduler.finish],
  [3, worker.commit],
  [2, worker.failForGood],
  [2, worker.retryLater],
  [2, worker.release],
];

/** What comes next for a run of each status, by how often; nonsense comes on top. */
const BY_STATUS: Readonly<Record<RunStatus | "none", Weighted>> = {
  none: [[10, producer.create]],
  queued: [
    [16, scheduler.advance],
    [4, worker.startRun],
    [1, producer.pause],
    [0.5, producer.cancel],
    [0.5, producer.create],
  ],
  running: [
    [14, worker.claim],
    [4, worker.commitAhead],
    ...ENDS,
    [2, worker.reclaim],
    [0.7, worker.repeatClaim],
    [0.7, worker.enterLevel],
    [0.3, worker.startRun],
    [4, worker.armTimeout],
    [2, worker.reportProgress],
    [1, scheduler.dispatchAgain],
    [0.5, scheduler.advance],
    [0.5, scheduler.repeatDispatch],
    [0.6, scheduler.dispatchNext],
    [0.8, producer.pause],
    [0.6, producer.cancel],
    [0.4, scheduler.failRun],
  ],
  paused: [
    ...ENDS,
    [10, producer.resume],
    [4, scheduler.takeDeadlines],
    [2, worker.armTimeout],
    [1, worker.reportProgress],
    [0.5, producer.cancel],
  ],
  failing: STOPPING,
  cancelling: STOPPING,
  completed: [[4, scheduler.deleteRun], ...FINAL.map(([weight, draw]) => [weight / 8, draw] as const)],
  failed: FINAL,
  cancelled: FINAL,
};

/** Every call there is, for whoever does not look at the run. */
const ANY: Weighted = [...new Set([...ASIDE, ...Object.values(BY_STATUS).flat()].map(([, draw]) => draw))].map((draw) => [
  1,
  draw,
]);

const ODD_SHARE = 0.15;
const ASIDE_SHARE = 0.16;

/** The longest that a wait may be, in ms, by how often. */
const WAITS = [
  [60, 3],
  [20, 60],
  [15, 1_000],
  [5, 40_000],
] as const;

/** What the lanes of a process ask of one run in the same turn. */
const TOGETHER: Weighted = [
  [6, worker.claim],
  [6, worker.commit],
  [3, worker.commitAhead],
  [1, worker.enterLevel],
  [0.5, worker.reclaim],
  [0.5, worker.repeatClaim],
];
const TOGETHER_SHARE = 0.5;
const BATCHED: ReadonlySet<string> = new Set(["claimNode", "commitNode", "commitAhead", "enterLevel"]);

/** Mostly what a role would do next; some of it out of place, or with a wrong token, epoch, lane … */
export function drawStep(scene: Scene): Step {
  const { choose } = scene;
  const step = { afterMs: drawWait(scene), call: drawCall(scene) };
  // Other calls take more than one turn on Redis: what comes behind them would overtake them.
  const isBatched = BATCHED.has(step.call.method);
  return isBatched && choose.chance(TOGETHER_SHARE) ? { ...step, together: drawTogether(scene) } : step;
}

function drawTogether(scene: Scene): readonly StoreCall[] {
  const { choose, horizon } = scene;
  const run = scene.run(choose.one(horizon.runIds));
  const calls = Array.from({ length: choose.between(1, 6) }, () => {
    const call = choose.weighted(TOGETHER)?.(scene, run);
    return call !== undefined && choose.chance(ODD_SHARE / 2) ? spoil(call, scene) : call;
  });
  return calls.filter((call) => call !== undefined);
}

/** What the run needs to come to its end, and nothing else; `undefined` once it is there. */
export function drawStepTowardsEnd(scene: Scene, runId: string): Step | undefined {
  const run = scene.run(runId);
  const call = drawNeeded(scene, run)?.(scene, run);
  return call === undefined ? undefined : { afterMs: scene.choose.between(1, 50), call };
}

function drawNeeded({ choose }: Scene, run: RunInScene): DrawCall | undefined {
  switch (run.record?.status) {
    case "queued":
      return scheduler.advance;
    case "paused":
      return producer.resume;
    case "running":
      if (run.live.length > 0) return worker.commit;
      if (isToAdvance(run)) return scheduler.advance;
      return run.lanes.length > 0 && choose.chance(0.9) ? worker.claim : scheduler.dispatchAgain;
    case "failing":
    case "cancelling":
      return run.live.length > 0 ? worker.commit : scheduler.finish;
    default:
      return undefined;
  }
}

function drawCall(scene: Scene): StoreCall {
  const { choose } = scene;
  const run = scene.run(choose.one(scene.horizon.runIds));
  if (choose.chance(ODD_SHARE)) {
    const call = drawFrom(ANY, scene, run);
    return choose.chance(0.6) ? spoil(call, scene) : call;
  }
  if (choose.chance(ASIDE_SHARE)) return drawFrom(ASIDE, scene, run);
  // What a scheduler would do at once is not put off for long.
  const advance = choose.chance(0.5) ? scheduler.advance : worker.enterLevel;
  const next = run.record?.status === "running" && isToAdvance(run) && choose.chance(0.6) ? advance(scene, run) : undefined;
  return next ?? drawFrom(BY_STATUS[run.record?.status ?? "none"], scene, run);
}

function drawFrom(table: Weighted, scene: Scene, run: RunInScene): StoreCall {
  for (;;) {
    const call = scene.choose.weighted(table)?.(scene, run);
    if (call !== undefined) return call;
    if (scene.choose.chance(0.02)) return producer.create(scene, run)!;
  }
}

/** The level is over, or a resumed run has no jobs yet and those from before its pause have ended. */
function isToAdvance({ record, definition, live }: RunInScene): boolean {
  if (record === undefined) return false;
  const isOver = record.committedInLevel >= (definition.levels[record.level]?.length ?? 0);
  return isOver || (record.plannedDispatch !== record.dispatch && live.length === 0);
}

/** Spans meet the delays, timeouts and lifetimes of the calls: sometimes to the ms. */
function drawWait({ choose }: Scene): number {
  return choose.between(1, choose.weighted(WAITS)!);
}
