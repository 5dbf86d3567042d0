import { describe, expect, test } from "vitest";
import { RunBatches, type BatchedCall } from "../../../src/store/redis/run-batches.ts";

type Args = readonly (string | number)[];

/** Batches whose calls are noted, and answered with the place of each transition in its call. */
function open(fail?: (runId: string) => boolean) {
  const calls: { readonly runId: string; readonly args: Args }[] = [];
  const batches = new RunBatches(async (runId, args) => {
    calls.push({ runId, args });
    if (fail?.(runId) === true) throw new Error("refused");
    return Array.from({ length: Number(args[0]) }, (_, i) => `answer ${String(i)}`);
  });
  return { batches, calls };
}

const commit = (result: string): BatchedCall => ({ name: "commit-node", shared: [1], own: [result] });
const claim = (lane: number): BatchedCall => ({ name: "claim-node", shared: ["lanes", 3], own: [lane] });

describe("RunBatches", () => {
  test("asks in one call, in order, what is asked of a run within a turn", async () => {
    const { batches, calls } = open();
    const first = batches.add("run-1", commit("a"));
    // Behind other promises, and yet in the same turn.
    const second = Promise.resolve().then(() => batches.add("run-1", claim(7)));
    expect(await Promise.all([first, second])).toEqual(["answer 0", "answer 1"]);
    expect(calls).toEqual([{ runId: "run-1", args: [2, "commit-node", 1, 1, 1, "a", "claim-node", 2, "lanes", 3, 1, 7] }]);
    await batches.add("run-1", claim(8));
    expect(calls).toHaveLength(2);
  });

  test("sends what transitions of a name share once, until it changes", async () => {
    const { batches, calls } = open();
    const asked = [claim(1), commit("a"), claim(2), { ...claim(3), shared: ["lanes", 4] }, claim(4)];
    await Promise.all(asked.map((call) => batches.add("run-1", call)));
    const expected = [5, ..."claim-node 2 lanes 3 1 1 commit-node 1 1 1 a claim-node = 1 2".split(" ")];
    const rest = "claim-node 2 lanes 4 1 3 claim-node 2 lanes 3 1 4".split(" ");
    expect(calls[0]?.args.map(String)).toEqual([...expected, ...rest].map(String));
  });

  test("keeps runs apart", async () => {
    const { batches, calls } = open((runId) => runId === "run-2");
    const outcomes = await Promise.allSettled(["run-1", "run-2", "run-2"].map((runId) => batches.add(runId, claim(1))));
    expect(calls.map(({ runId, args }) => [runId, args[0]])).toEqual([
      ["run-1", 1],
      ["run-2", 2],
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  });

  test("asks for no more than a call may hold Redis up for", async () => {
    const { batches, calls } = open();
    await Promise.all(Array.from({ length: 300 }, (_, i) => batches.add("run-1", { name: "claim-node", shared: [], own: [i] })));
    expect(calls.map(({ args }) => args[0])).toEqual([64, 64, 64, 64, 44]);
    const own = calls.flatMap(({ args }) => args.slice(1).filter((_, i) => i % 4 === 3));
    expect(own).toEqual(Array.from({ length: 300 }, (_, i) => i));
  });

  test("sends large results in calls of their own", async () => {
    const { batches, calls } = open();
    const large = "x".repeat(700_000);
    await Promise.all([large, large, "small"].map((text) => batches.add("run-1", commit(text))));
    expect(calls.map(({ args }) => args[0])).toEqual([1, 2]);
  });
});
