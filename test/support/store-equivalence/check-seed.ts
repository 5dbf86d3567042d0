import { createChooser } from "./chooser.ts";
import { drawDefinition, NODE_IDS } from "./draw-definition.ts";
import { drawStep, drawStepTowardsEnd } from "./draw-step.ts";
import type { Horizon } from "./observe.ts";
import { describeDifference, Difference, playOn, type Playing } from "./play-sequence.ts";
import { Scene } from "./scene.ts";
import { shrinkSteps } from "./shrink-steps.ts";
import type { Outcome, Step, StoreCall } from "./step.ts";
import type { StoresOptions } from "./stores.ts";
import { STATE_KEYS } from "./worker-calls.ts";

/** Steps that are drawn freely, and those that may be spent on bringing one run to its end afterwards. */
const FREE_STEPS = 80;
const MAX_END_STEPS = 40;
const LONG_MS = 10 * 24 * 3_600_000;

/** Counts `<method>: <kind of answer>`. */
export type Tally = Map<string, number>;

/** Draws the sequence of a seed while both stores play it. Throws a {@link Difference}. */
export async function playSeed(seed: number, options: StoresOptions, tally: Tally = new Map()): Promise<void> {
  const scene = drawScene(seed);
  await playOn(options, scene.horizon, async (playing) => {
    const take = async (step: Step): Promise<void> => {
      const { outcomes, view } = await playing.take(step);
      for (const [call, outcome] of outcomes) {
        scene.note(call, outcome, view);
        count(tally, call, outcome);
      }
    };
    for (let i = 0; i < FREE_STEPS; i += 1) await take(drawStep(scene));
    for (const runId of scene.horizon.runIds) {
      if (scene.choose.chance(0.8)) await driveToEnd(scene, runId, take);
    }
    await take({ afterMs: LONG_MS, call: { method: "takeDeadlines", params: { limit: 1_000 } } });
    await removeRuns(scene, take);
    await playing.expectNothingLeft();
  });
}

/** The same, with the steps made fewer and told with the seed if the stores differ. */
export async function checkSeed(seed: number, options: StoresOptions, tally?: Tally): Promise<void> {
  const difference = await differenceOf(playSeed(seed, options, tally));
  if (difference === undefined) return;
  throw new Error(`seed ${seed}: ${describeDifference(await shrinkDifference(difference, seed, options))}`);
}

async function shrinkDifference(difference: Difference, seed: number, options: StoresOptions): Promise<Difference> {
  const { horizon } = drawScene(seed);
  let smallest = difference;
  await shrinkSteps(difference.steps, async (steps) => {
    const found = await differenceOf(playOn(options, horizon, (playing) => playAll(playing, steps)));
    if (found !== undefined) smallest = found;
    return found !== undefined;
  });
  return smallest;
}

async function playAll(playing: Playing, steps: readonly Step[]): Promise<void> {
  let hasRuns = true;
  for (const step of steps)
    hasRuns = [...(await playing.take(step)).view.runs.values()].some(({ record }) => record !== undefined);
  if (!hasRuns) await playing.expectNothingLeft();
}

async function differenceOf(playing: Promise<void>): Promise<Difference | undefined> {
  try {
    await playing;
    return undefined;
  } catch (error) {
    if (error instanceof Difference) return error;
    throw error;
  }
}

function drawScene(seed: number): Scene {
  const choose = createChooser(seed);
  const definitions = Array.from({ length: choose.between(1, 2) }, (_, i) => drawDefinition(choose, i));
  const runIds = Array.from({ length: choose.between(1, 2) }, (_, i) => `0-0mjw9h000-0000000000000000000${i}`);
  const workflowHashes = definitions.map(({ workflowHash }) => workflowHash);
  const horizon: Horizon = { runIds, nodeIds: NODE_IDS, stateKeys: STATE_KEYS, workflowHashes };
  return new Scene({ choose, definitions, horizon });
}

async function driveToEnd(scene: Scene, runId: string, take: (step: Step) => Promise<void>): Promise<void> {
  for (let i = 0; i < MAX_END_STEPS; i += 1) {
    const step = drawStepTowardsEnd(scene, runId);
    if (step === undefined) return;
    await take(step);
  }
}

async function removeRuns(scene: Scene, take: (step: Step) => Promise<void>): Promise<void> {
  for (const runId of scene.horizon.runIds) {
    await take({ afterMs: 1, call: { method: "cancelRun", params: { runId, graceMs: 0 } } });
    const { record } = scene.run(runId);
    const outcome = record?.status === "failing" ? "failed" : "cancelled";
    const epoch = record?.epoch ?? 1;
    await take({ afterMs: LONG_MS, call: { method: "finishRun", params: { runId, epoch, outcome } } });
    await take({ afterMs: 1, call: { method: "takeDeadlines", params: { limit: 1_000 } } });
    await take({ afterMs: 1, call: { method: "deleteRun", params: { runId } } });
  }
}

function count(tally: Tally, { method }: StoreCall, outcome: Outcome): void {
  const answer = "answer" in outcome ? outcome.answer : "threw";
  const kind = typeof answer === "object" && answer !== null && "kind" in answer ? answer.kind : answer;
  const name = typeof kind === "string" || typeof kind === "boolean" ? `${method}: ${String(kind)}` : method;
  tally.set(name, (tally.get(name) ?? 0) + 1);
}
