import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineNode } from "../../../src/core/node/define-node.ts";
import { Remembered } from "../../../src/core/time/remembered.ts";
import { HandlerSlots } from "../../../src/worker/handler-slots.ts";
import { entersAtOnce, findNextStep, settleStep, type NextStep } from "../../../src/worker/next-step.ts";
import type { WorkerContext } from "../../../src/worker/worker-context.ts";
import { createWorkerBench } from "../../support/worker-bench.ts";

test("a level that a lane goes on with starts with its slow nodes, as one that a scheduler dispatches does", async () => {
  const nodes = ["quick", "slow"].map((type) => defineNode({ type, data: z.unknown(), run: async () => null }));
  const [start, ...level] = [
    ["start", "quick"],
    ["a", "quick"],
    ["b", "slow"],
    ["c", "slow"],
    ["d", "quick"],
  ].map(([id = "", type = ""]) => ({ id, type }));
  const edges = level.map(({ id }) => ({ source: "start", target: id }));
  // What follows c takes longer than what follows b.
  const end = { id: "end", type: "slow" };
  const payload = {
    nodes: [start!, ...level, end],
    edges: [...edges, { source: "c", target: "end" }],
    options: { maxConcurrency: 1 },
  };
  const bench = await createWorkerBench({ payload, nodes });
  await bench.store.noteHandlerTimes(
    new Map([
      ["quick", { count: 1, meanMs: 1 }],
      ["slow", { count: 1, meanMs: 80 }],
    ]),
  );
  const facts = (await bench.context.runs.get({ runId: bench.runId, epoch: 1 }))!;
  const step = await findNextStep(bench.context, facts, { lane: bench.lane, level: 0 });
  expect(step).toMatchObject({ kind: "enter", plan: { free: new Map([["default", ["c", "b", "a", "d"]]]) } });
});

describe("what may stay with its lane in the only worker", () => {
  const types = ["quick", "unknown"].map((type) => defineNode({ type, data: z.unknown(), run: async () => null }));
  const WIDTH = 5;

  interface Circumstances {
    readonly workerCount: number;
    readonly freeCount: number;
    readonly adaptiveLanes?: boolean;
    readonly maxConcurrency?: number;
    /** Of the level's nodes. @default as many of an unknown type as there are places */
    readonly level?: readonly { readonly type: string }[];
    /** What a quick one takes. */
    readonly quickMs?: number;
  }

  /** What may follow a first level of one node, in a pool of so many workers, of which this one has so many free places. */
  async function find(circumstances: Circumstances): Promise<{ context: WorkerContext; step: NextStep }> {
    const { workerCount, freeCount, adaptiveLanes = true, maxConcurrency, quickMs = 1 } = circumstances;
    const { level: own = nodesOf("unknown", WIDTH) } = circumstances;
    const level = own.map(({ type }, i) => ({ id: `n${String(i)}`, type }));
    const edges = level.map(({ id }) => ({ source: "start", target: id }));
    const payload = { nodes: [{ id: "start", type: "unknown" }, ...level], edges, options: { maxConcurrency } };
    const bench = await createWorkerBench({ payload, nodes: types, settings: { adaptiveLanes, concurrency: WIDTH } });
    await bench.store.noteHandlerTimes(new Map([["quick", { count: 1, meanMs: quickMs }]]));
    for (let i = 0; i < workerCount; i += 1) {
      await bench.store.heartbeat({ worker: `worker-${String(i)}`, pool: "default", types: ["unknown"], claims: [] });
    }
    const facts = (await bench.context.runs.get({ runId: bench.runId, epoch: 1 }))!;
    const context = {
      ...bench.context,
      slots: new HandlerSlots(freeCount),
      workerCount: new Remembered(() => bench.store.countWorkers({ pool: "default" }), { maxAgeMs: 60_000 }),
    };
    return { context, step: await findNextStep(context, facts, { lane: bench.lane, level: 0 }) };
  }

  /** What follows it, once the level is over. */
  async function stepWith(circumstances: Circumstances): Promise<NextStep> {
    const { context, step } = await find(circumstances);
    return settleStep(context, step);
  }

  function nodesOf(type: string, count: number): { readonly type: string }[] {
    return Array.from({ length: count }, () => ({ type }));
  }

  test("nodes of which nobody knows how long they take, if it can begin all of them", async () => {
    const step = { kind: "enter", plan: { lanes: { default: 1 }, strands: WIDTH } };
    expect(await stepWith({ workerCount: 1, freeCount: WIDTH })).toMatchObject(step);
  });

  test("quick nodes, whatever their number: there is nobody else to compute them", async () => {
    const level = nodesOf("quick", 200);
    const step = { kind: "enter", plan: { lanes: { default: 1 }, strands: 64 } };
    expect(await stepWith({ workerCount: 1, freeCount: 1, level })).toMatchObject(step);
    expect(await stepWith({ workerCount: 1, freeCount: 0, level })).toEqual({ kind: "leave" });
    expect(await stepWith({ workerCount: 2, freeCount: WIDTH, level })).toEqual({ kind: "leave" });
  });

  test("not so many that wait, perhaps, that strands of several lanes are over sooner", async () => {
    expect(await stepWith({ workerCount: 1, freeCount: WIDTH, level: nodesOf("quick", 200), quickMs: 2 })).toEqual({
      kind: "leave",
    });
  });

  test("quick and slow ones, if each slow one has a place, and the quick ones one between them", async () => {
    const level = [...nodesOf("quick", 100), ...nodesOf("unknown", 3)];
    expect(await stepWith({ workerCount: 1, freeCount: 4, level })).toMatchObject({ kind: "enter" });
    expect(await stepWith({ workerCount: 1, freeCount: 3, level })).toEqual({ kind: "leave" });
  });

  test("no more of them at a time than the run may", async () => {
    const step = await stepWith({ workerCount: 1, freeCount: WIDTH, maxConcurrency: 2 });
    expect(step).toMatchObject({ kind: "enter", plan: { lanes: { default: 1 }, strands: 2 } });
  });

  test("nothing where there are other workers, or none that is known, or too few places: a scheduler spreads it", async () => {
    expect(await stepWith({ workerCount: 2, freeCount: WIDTH })).toEqual({ kind: "leave" });
    expect(await stepWith({ workerCount: 0, freeCount: WIDTH })).toEqual({ kind: "leave" });
    expect(await stepWith({ workerCount: 1, freeCount: WIDTH - 1 })).toEqual({ kind: "leave" });
    expect(await stepWith({ workerCount: 1, freeCount: WIDTH, adaptiveLanes: false })).toEqual({ kind: "leave" });
  });

  test("is entered along with the last commit before, by a lane that was alone a moment ago", async () => {
    const enters = async (circumstances: Circumstances): Promise<boolean> => {
      const { context, step } = await find(circumstances);
      await context.workerCount.get();
      return entersAtOnce(context, step);
    };
    expect(await enters({ workerCount: 1, freeCount: WIDTH - 1 })).toBe(true);
    expect(await enters({ workerCount: 1, freeCount: WIDTH - 2 })).toBe(false);
    expect(await enters({ workerCount: 2, freeCount: WIDTH })).toBe(false);
  });

  test("is not decided upon before the level before is over, where nobody knows who there is", async () => {
    const { context, step } = await find({ workerCount: 1, freeCount: WIDTH });
    expect(entersAtOnce(context, step)).toBe(false);
  });
});
