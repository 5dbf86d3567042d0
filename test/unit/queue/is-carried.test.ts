import type { Queue } from "bullmq";
import { describe, expect, test } from "vitest";
import type { CarrierRef } from "../../../src/core/ports/job-queue.ts";
import { isCarried } from "../../../src/queue/bullmq/is-carried.ts";

const BARRIER = { runId: "0-0mfx3k2a1-0a1b2c3d4e5f60718293", dispatch: 1, level: 0 };

/** Queues in which the barrier is in these states, one look after the other, and its lanes in those. */
function ask(barrierStates: readonly string[], laneStates: readonly string[]): Promise<boolean> {
  const states = [...barrierStates];
  const unprocessed = laneStates.map((_, i) => `{levelflow:0}:lanes-default:${i}`);
  const barriers = {
    name: "barriers",
    getJob: async () => ({ getDependencies: async () => ({ unprocessed }) }),
  };
  const lanes = { name: "lanes-default" };
  const queue = (name: string): Queue => (name === "barriers" ? barriers : lanes) as unknown as Queue;
  const get = async ({ name }: Queue, id: string) => (name === "barriers" ? states.shift() : laneStates[Number(id)]) ?? "unknown";
  return isCarried({ queue, client: undefined as never, states: { get }, isReader: false }, BARRIER);
}

describe("isCarried by the lane that a run starts with", () => {
  const ask = (laneState: string, ref: Partial<CarrierRef> = {}): Promise<boolean> => {
    const states: Readonly<Record<string, string>> = { "lanes-gpu": laneState, barriers: "unknown" };
    const queue = (name: string): Queue => ({ name }) as unknown as Queue;
    const get = async ({ name }: Queue) => states[name] ?? "unknown";
    return isCarried(
      { queue, client: undefined as never, states: { get }, isReader: false },
      { ...BARRIER, level: -1, startPool: "gpu", ...ref },
    );
  };

  test.each([
    ["waiting", true],
    ["active", true],
    ["completed", false],
    ["failed", false],
    ["unknown", false],
  ])("%s", async (state, expected) => {
    expect(await ask(state)).toBe(expected);
  });

  test("is not asked of a level, nor of a run that a scheduler started", async () => {
    expect(await ask("active", { level: 0 })).toBe(false);
    expect(await ask("active", { startPool: undefined })).toBe(false);
  });
});

describe("isCarried", () => {
  test.each([
    ["a barrier that is to fire", ["waiting"], [], true],
    ["a barrier that is being handled", ["active"], [], true],
    ["a barrier that waits for a live lane", ["waiting-children"], ["completed", "active"], true],
    ["a barrier that waits for lanes that are gone", ["waiting-children", "waiting-children"], ["unknown"], false],
    ["a barrier that waits for nothing", ["waiting-children", "waiting-children"], [], false],
    ["a barrier whose last lane ended between two looks", ["waiting-children", "waiting"], ["completed"], true],
    ["a barrier that was handled between two looks", ["waiting-children", "completed"], ["completed"], false],
    ["a barrier that has ended", ["completed"], [], false],
    ["no barrier", ["unknown"], [], false],
  ])("%s", async (_what, barrierStates, laneStates, expected) => {
    expect(await ask(barrierStates, laneStates)).toBe(expected);
  });
});
