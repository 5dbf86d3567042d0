import { expect, test } from "vitest";
import { ResultCache } from "../../../src/worker/result-cache.ts";

const NODES = ["a"];

test("keeps the results of a run's epochs apart", async () => {
  const reads: string[] = [];
  const results = new ResultCache({
    readInputs: async ({ runId, nodeIds }) => {
      reads.push(`${runId} ${nodeIds.join()}`);
      return ['"read"'];
    },
  });
  results.put({ runId: "r", epoch: 1 }, "a", '"of epoch 1"');
  expect(results.peek({ runId: "r", epoch: 1 }, NODES)).toEqual(['"of epoch 1"']);
  expect(results.peek({ runId: "r", epoch: 2 }, NODES)).toBeUndefined();
  expect(await results.read({ runId: "r", epoch: 2 }, NODES)).toEqual(['"read"']);
  expect(await results.read({ runId: "r", epoch: 2 }, NODES)).toEqual(['"read"']);
  expect(reads).toEqual(["r a"]);
});

test("forgets what was put ahead of a commit that was refused", () => {
  const results = new ResultCache({ readInputs: async () => [] });
  results.put({ runId: "r", epoch: 1 }, "a", "1");
  results.drop({ runId: "r", epoch: 1 }, "a");
  expect(results.peek({ runId: "r", epoch: 1 }, NODES)).toBeUndefined();
});

test("keeps so much of a run, and reads again what it has left out", async () => {
  const read: string[] = [];
  const results = new ResultCache({
    readInputs: async ({ nodeIds }) => {
      read.push(...nodeIds);
      return nodeIds.map(() => '"read"');
    },
  });
  const run = { runId: "r", epoch: 1 };
  const text = JSON.stringify("x".repeat(1024 * 1024 - 2));
  const ids = Array.from({ length: 17 }, (_, i) => `n${String(i)}`);
  for (const id of ids) results.put(run, id, text);
  expect(results.peek(run, ["n16"])).toEqual([text]);
  expect(await results.read(run, ["n0", "n16"])).toEqual(['"read"', text]);
  expect(read).toEqual(["n0"]);
  results.put(run, "larger", `${text} `);
  expect(results.peek(run, ["larger"])).toBeUndefined();
});

test("forgets the runs that were used longest ago", () => {
  const results = new ResultCache({ readInputs: async () => [] });
  const text = JSON.stringify("x".repeat(1000));
  const runIds = Array.from({ length: 10_000 }, (_, i) => `r${String(i)}`);
  for (const runId of runIds) results.put({ runId, epoch: 1 }, "a", text);
  expect(results.peek({ runId: "r0", epoch: 1 }, NODES)).toBeUndefined();
  expect(results.peek({ runId: "r9999", epoch: 1 }, NODES)).toEqual([text]);
});

test("counts what a run has grown to", () => {
  const results = new ResultCache({ readInputs: async () => [] });
  const text = JSON.stringify("x".repeat(500_000));
  for (let run = 0; run < 12; run += 1)
    for (let node = 0; node < 10; node += 1) results.put({ runId: `r${String(run)}`, epoch: 1 }, `n${String(node)}`, text);
  const kept = Array.from({ length: 12 }, (_, run) => results.peek({ runId: `r${String(run)}`, epoch: 1 }, ["n0"]) !== undefined);
  expect(kept.filter(Boolean).length).toBeLessThanOrEqual(8);
  expect(kept.at(-1)).toBe(true);
});
