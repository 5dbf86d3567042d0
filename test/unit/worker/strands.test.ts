import { setImmediate as turn } from "node:timers/promises";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { SILENT_LOGGER } from "../../../src/core/ports/logger.ts";
import type { WorkerStore } from "../../../src/core/ports/worker-store.ts";
import type { HandlerSample, HandlerTimes } from "../../../src/core/run/handler-times.ts";
import { TurnWatch } from "../../../src/core/time/turn-watch.ts";
import { HandlerSlots } from "../../../src/worker/handler-slots.ts";
import type { NextStep } from "../../../src/worker/next-step.ts";
import { StrandCrew } from "../../../src/worker/strand-crew.ts";
import { TimeKeeper } from "../../../src/worker/time-keeper.ts";

describe("HandlerSlots", () => {
  test("give places to whoever waits longest, and never more than there are", async () => {
    const slots = new HandlerSlots(2);
    const order: number[] = [];
    const asked = [0, 1, 2, 3].map(async (number) => {
      expect(await slots.request().granted).toBe(true);
      order.push(number);
    });
    await turn();
    expect(order).toEqual([0, 1]);
    slots.release();
    await turn();
    expect(order).toEqual([0, 1, 2]);
    slots.release();
    await Promise.all(asked);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  test("send everybody away once they are closed, until they are opened again", async () => {
    const slots = new HandlerSlots(1);
    await slots.request().granted;
    const waiting = slots.request().granted;
    slots.close();
    expect(await waiting).toBe(false);
    expect(await slots.request().granted).toBe(false);
    slots.release();
    slots.open();
    expect(await slots.request().granted).toBe(true);
  });
});

describe("HandlerSlots.take", () => {
  test("takes what is free, and nothing once they are closed", async () => {
    const slots = new HandlerSlots(3);
    expect(slots.take(2)).toBe(2);
    expect(slots.take(2)).toBe(1);
    expect(slots.take(1)).toBe(0);
    slots.release();
    expect(await slots.request().granted).toBe(true);
    slots.release();
    slots.close();
    expect(slots.take(1)).toBe(0);
  });
});

describe("StrandCrew, counting", () => {
  const leave = async (): Promise<NextStep> => ({ kind: "leave" });

  test("knows the last commit and when all nodes are claimed", () => {
    const crew = new StrandCrew(2, 2);
    expect(crew.hasMore).toBe(true);
    crew.claimed();
    expect(crew.hasMore).toBe(true);
    expect(crew.commits()).toBe(false);
    crew.claimed();
    expect(crew.hasMore).toBe(false);
    expect(crew.commits()).toBe(true);
  });

  test("claims nothing of a level that it shares, nor after something went wrong", () => {
    const shared = new StrandCrew(1);
    shared.claimed();
    expect(shared.hasMore).toBe(true);
    expect(shared.commits()).toBe(false);
    const own = new StrandCrew(1, 1);
    own.claimed();
    own.forget();
    expect(own.hasMore).toBe(true);
    expect(own.commits()).toBe(false);
    own.expect(1);
    expect(own.commits()).toBe(true);
  });

  test("finds out once what follows, and only if it can be asked for with the last commit", async () => {
    const find = vi.fn(leave);
    expect(new StrandCrew(1).nextStep(find)).toBeUndefined();
    const crew = new StrandCrew(2, 2);
    await Promise.all([crew.nextStep(find), crew.nextStep(find)]);
    expect(find).toHaveBeenCalledOnce();
  });
});

describe("StrandCrew", () => {
  test("lets one rest for its time while another is at work", async () => {
    const crew = new StrandCrew(2);
    expect(await crew.rest(1)).toBe(false);
  });

  test("sends everybody who rests away with the last one at work", async () => {
    const crew = new StrandCrew(3);
    const resting = [crew.rest(60_000), crew.rest(60_000)];
    crew.leave();
    expect(await Promise.all(resting)).toEqual([true, true]);
  });

  test("does not let the only one rest", async () => {
    expect(await new StrandCrew(1).rest(60_000)).toBe(true);
  });
});

describe("TimeKeeper", () => {
  /** Tells what is told of one handler. */
  async function measure(handle: () => Promise<void>, others: () => void = () => undefined): Promise<HandlerSample> {
    let tell: (samples: ReadonlyMap<string, HandlerSample>) => void = () => undefined;
    const told = new Promise<ReadonlyMap<string, HandlerSample>>((resolve) => (tell = resolve));
    const known: HandlerTimes = new Map([["t", 1]]);
    const noteHandlerTimes: WorkerStore["noteHandlerTimes"] = async (samples) => (tell(samples), known);
    const times = new TimeKeeper({
      store: { noteHandlerTimes, readHandlerTimes: async () => known },
      turns: new TurnWatch(),
      log: SILENT_LOGGER,
    });
    const own = times.begin("t");
    const handling = handle();
    own.returned();
    others();
    await handling;
    own.settled();
    const sample = (await told).get("t")!;
    await turn();
    expect(times.expectedMs("t")).toBe(1);
    return sample;
  }
  let nowMs = 0;
  const compute = (ms: number): void => void (nowMs += ms);
  beforeEach(() => {
    vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  });

  test("tells at once of a type that nobody has run yet, and goes by it; of others with those that follow", async () => {
    const told: ReadonlyMap<string, HandlerSample>[] = [];
    const times = new TimeKeeper({
      store: {
        noteHandlerTimes: async (samples) => (told.push(samples), new Map()),
        readHandlerTimes: async () => new Map(),
      },
      turns: new TurnWatch(),
      log: SILENT_LOGGER,
    });
    const run = (ms: number): void => {
      const own = times.begin("t");
      compute(ms);
      own.returned();
      own.settled();
    };
    const waiting = times.begin("waiting");
    waiting.returned();
    await turn();
    waiting.settled();
    // It may wait for longer the next time.
    expect(told).toEqual([]);
    run(3);
    expect(told).toEqual([
      new Map([
        ["waiting", { count: 1, meanMs: 0 }],
        ["t", { count: 1, meanMs: 3 }],
      ]),
    ]);
    expect(times.expectedMs("t")).toBe(3);
    await turn();
    expect(await times.known()).toEqual(new Map());
    // Nobody has heard of it, it seems; this process has.
    expect(times.expectedMs("t")).toBe(3);
    run(1);
    expect(told).toHaveLength(1);
    times.stop();
    expect(told).toHaveLength(2);
  });

  test("counts only a handler's own part of the turn that it settles in", async () => {
    const handle = async (): Promise<void> => compute(2);
    expect(await measure(handle, () => compute(40))).toEqual({ count: 1, meanMs: 2 });
  });

  test("counts all of the time of a handler that waits", async () => {
    const handle = async (): Promise<void> => {
      compute(2);
      await turn();
    };
    expect(await measure(handle, () => compute(40))).toEqual({ count: 1, meanMs: 42 });
  });
});
