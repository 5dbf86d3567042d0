import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineNode } from "../../../src/core/node/define-node.ts";
import { HandlerSlots } from "../../../src/worker/handler-slots.ts";
import { findNextStep, type NextStep } from "../../../src/worker/next-step.ts";
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
  const step = await findNextStep(bench.context, facts, { lane: bench.lane, level: 0, isOver: false });
  expect(step).toMatchObject({ kind: "enter", plan: { free: new Map([["default", ["c", "b", "a", "d"]]]) } });
});

describe("a level of nodes of which nobody knows how long they take", () => {
  const type = defineNode({ type: "unknown", data: z.unknown(), run: async () => null });
  const WIDTH = 5;

  /** What follows a first level of one node, in a pool of so many workers, of which this one has so many places. */
  async function stepWith(options: {
    readonly workerCount: number;
    readonly freeCount: number;
    readonly isOver?: boolean;
    readonly adaptiveLanes?: boolean;
    readonly maxConcurrency?: number;
  }): Promise<NextStep> {
    const level = Array.from({ length: WIDTH }, (_, i) => ({ id: `n${String(i)}`, type: "unknown" }));
    const edges = level.map(({ id }) => ({ source: "start", target: id }));
    const { workerCount, freeCount, isOver = true, adaptiveLanes = true, maxConcurrency } = options;
    const payload = { nodes: [{ id: "start", type: "unknown" }, ...level], edges, options: { maxConcurrency } };
    const bench = await createWorkerBench({ payload, nodes: [type], settings: { adaptiveLanes } });
    for (let i = 0; i < workerCount; i += 1) {
      await bench.store.heartbeat({ worker: `worker-${String(i)}`, pool: "default", types: ["unknown"], claims: [] });
    }
    const facts = (await bench.context.runs.get({ runId: bench.runId, epoch: 1 }))!;
    const context = { ...bench.context, slots: new HandlerSlots(freeCount) };
    return findNextStep(context, facts, { lane: bench.lane, level: 0, isOver });
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

  test("is not decided upon before the level before is over: another worker may have come by then", async () => {
    expect(await stepWith({ workerCount: 1, freeCount: WIDTH, isOver: false })).toEqual({ kind: "leave" });
  });
});
