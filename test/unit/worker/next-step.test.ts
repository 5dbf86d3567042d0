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

describe("a level of nodes of which nobody knows how long they take", () => {
  const type = defineNode({ type: "unknown", data: z.unknown(), run: async () => null });
  const WIDTH = 5;

  interface Circumstances {
    readonly workerCount: number;
    readonly freeCount: number;
    readonly adaptiveLanes?: boolean;
    readonly maxConcurrency?: number;
  }

  /** What may follow a first level of one node, in a pool of so many workers, of which this one has so many free places. */
  async function find(circumstances: Circumstances): Promise<{ context: WorkerContext; step: NextStep }> {
    const level = Array.from({ length: WIDTH }, (_, i) => ({ id: `n${String(i)}`, type: "unknown" }));
    const edges = level.map(({ id }) => ({ source: "start", target: id }));
    const { workerCount, freeCount, adaptiveLanes = true, maxConcurrency } = circumstances;
    const payload = { nodes: [{ id: "start", type: "unknown" }, ...level], edges, options: { maxConcurrency } };
    const bench = await createWorkerBench({ payload, nodes: [type], settings: { adaptiveLanes, concurrency: WIDTH } });
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

  test("stays with its lane in the only worker, if that can begin all of them", async () => {
    const step = { kind: "enter", plan: { lanes: { default: 1 }, strands: WIDTH } };
    expect(await stepWith({ workerCount: 1, freeCount: WIDTH })).toMatchObject(step);
  });

  test("works on no more of them at a time than the run may", async () => {
    const step = await stepWith({ workerCount: 1, freeCount: WIDTH, maxConcurrency: 2 });
    expect(step).toMatchObject({ kind: "enter", plan: { lanes: { default: 1 }, strands: 2 } });
  });

  test("is spread by a scheduler where there are other workers, or none that is known, or too few places", async () => {
    expect(await stepWith({ workerCount: 2, freeCount: WIDTH })).toEqual({ kind: "leave" });
    expect(await stepWith({ workerCount: 0, freeCount: WIDTH })).toEqual({ kind: "leave" });
    expect(await stepWith({ workerCount: 1, freeCount: WIDTH - 1 })).toEqual({ kind: "leave" });
    expect(await stepWith({ workerCount: 1, freeCount: WIDTH, adaptiveLanes: false })).toEqual({ kind: "leave" });
  });

  test("is entered along with the last commit before, by a lane that was alone a moment ago and has a place for each", async () => {
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
