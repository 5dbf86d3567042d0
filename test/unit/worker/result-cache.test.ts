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
