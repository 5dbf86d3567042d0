import { describe, expect, test } from "vitest";
import { RunBatches } from "../../../src/store/redis/run-batches.ts";

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

describe("RunBatches", () => {
  test("asks in one call, in order, what is asked of a run within a turn", async () => {
    const { batches, calls } = open();
    const first = batches.add("commit-node", "run-1", ["a", 1]);
    // Behind other promises, and yet in the same turn.
    const second = Promise.resolve().then(() => batches.add("claim-node", "run-1", []));
    expect(await Promise.all([first, second])).toEqual(["answer 0", "answer 1"]);
    expect(calls).toEqual([{ runId: "run-1", args: [2, "commit-node", 2, "a", 1, "claim-node", 0] }]);
    await batches.add("claim-node", "run-1", ["later"]);
    expect(calls).toHaveLength(2);
  });

  test("keeps runs apart", async () => {
    const { batches, calls } = open((runId) => runId === "run-2");
    const outcomes = await Promise.allSettled(["run-1", "run-2", "run-2"].map((runId) => batches.add("claim-node", runId, [])));
    expect(calls.map(({ runId, args }) => [runId, args[0]])).toEqual([
      ["run-1", 1],
      ["run-2", 2],
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  });

  test("asks for no more than a call may hold Redis up for", async () => {
    const { batches, calls } = open();
    await Promise.all(Array.from({ length: 300 }, (_, i) => batches.add("claim-node", "run-1", [i])));
    expect(calls.map(({ args }) => args[0])).toEqual([64, 64, 64, 64, 44]);
    expect(calls.flatMap(({ args }) => args.filter((_, i) => i % 3 === 0 && i > 0))).toEqual(
      Array.from({ length: 300 }, (_, i) => i),
    );
  });

  test("sends large results in calls of their own", async () => {
    const { batches, calls } = open();
    const large = "x".repeat(700_000);
    await Promise.all([large, large, "small"].map((text) => batches.add("commit-node", "run-1", [text])));
    expect(calls.map(({ args }) => args[0])).toEqual([1, 2]);
  });
});
