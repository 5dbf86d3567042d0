import { expect, test, vi } from "vitest";
import { z } from "zod";
import { defineNode } from "../../../src/core/node/define-node.ts";
import { findNextStep } from "../../../src/worker/next-step.ts";
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
  const known = await bench.store.noteHandlerTimes(new Map());
  vi.spyOn(bench.context.times, "known", "get").mockReturnValue(known);
  const facts = (await bench.context.runs.get({ runId: bench.runId, epoch: 1 }))!;
  const step = await findNextStep(bench.context, facts, bench.lane, 0);
  expect(step).toMatchObject({ kind: "enter", plan: { free: new Map([["default", ["c", "b", "a", "d"]]]) } });
});
