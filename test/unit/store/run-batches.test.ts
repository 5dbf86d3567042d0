import { describe, expect, test } from "vitest";
import { RunBatches, type BatchedCall } from "../../../src/store/redis/run-batches.ts";

type Args = readonly (string | number)[];

/** Batches whose calls are noted, and answered with the place of each transition in its call. */
function open(fail?: (runId: string) => boolean) {
  const calls: { readonly runId: string; readonly args: Args }[] = [];
  const batches = new RunBatches(async (runId, args) => {
    calls.push({ runId, args });
    if (fail?.(runId) === true) throw new Error("refused");
    return read(args).map((_, i) => `answer ${String(i)}`);
  });
  return { batches, calls };
}

/** The transitions of a call, each as its name and its own arguments. */
function read(args: Args): string[] {
  let position = 0;
  const next = (): string | number => args[position++] as string | number;
  const kinds = Array.from({ length: Number(next()) }, () => {
    const name = next();
    const sharedCount = Number(next());
    position += sharedCount;
    return { name, ownCount: Number(next()) };
  });
  const transitions: string[] = [];
  while (position < args.length) {
    const { name, ownCount } = kinds[Number(next()) - 1] ?? { name: "unknown", ownCount: 0 };
    transitions.push([name, ...Array.from({ length: ownCount }, next)].join(" "));
  }
  return transitions;
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
    const args = [2, "commit-node", 1, 1, 1, "claim-node", 2, "lanes", 3, 1, 1, "a", 2, 7];
    expect(calls).toEqual([{ runId: "run-1", args }]);
    await batches.add("run-1", claim(8));
    expect(calls).toHaveLength(2);
  });

  test("sends what transitions share once for all of them", async () => {
    const { batches, calls } = open();
    const asked = [claim(1), commit("a"), claim(2), { ...claim(3), shared: ["lanes", 4] }, claim(4)];
    await Promise.all(asked.map((call) => batches.add("run-1", call)));
    const kinds = "3 claim-node 2 lanes 3 1 commit-node 1 1 1 claim-node 2 lanes 4 1";
    expect(calls[0]?.args.join(" ")).toBe(`${kinds} 1 1 2 a 1 2 3 3 1 4`);
    expect(read(calls[0]?.args ?? [])).toEqual(["claim-node 1", "commit-node a", "claim-node 2", "claim-node 3", "claim-node 4"]);
  });

  test("hands out the answers of batches that came together one turn of the event loop after another", async () => {
    const { batches } = open();
    const seen: string[] = [];
    const note = (what: string) => (): void => void seen.push(what);
    const calls = Array.from({ length: 65 }, (_, i) => batches.add("run-1", claim(i)));
    const first = calls[0]?.then(note("first batch")).then(() => process.nextTick(note("what follows")));
    await Promise.all([first, calls[64]?.then(note("second batch"))]);
    expect(seen).toEqual(["first batch", "what follows", "second batch"]);
  });

  test("keeps runs apart", async () => {
    const { batches, calls } = open((runId) => runId === "run-2");
    const outcomes = await Promise.allSettled(["run-1", "run-2", "run-2"].map((runId) => batches.add(runId, claim(1))));
    expect(calls.map(({ runId, args }) => [runId, read(args).length])).toEqual([
      ["run-1", 1],
      ["run-2", 2],
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  });

  test("asks for no more than a call may hold Redis up for", async () => {
    const { batches, calls } = open();
    await Promise.all(Array.from({ length: 300 }, (_, i) => batches.add("run-1", commit(String(i)))));
    expect(calls.map(({ args }) => read(args).length)).toEqual([96, 96, 96, 12]);
    const asked = calls.flatMap(({ args }) => read(args));
    expect(asked).toEqual(Array.from({ length: 300 }, (_, i) => `commit-node ${String(i)}`));
  });

  test("counts a transition of many nodes as so many", async () => {
    const { batches, calls } = open();
    const ahead = (count: number): BatchedCall => ({ name: "commit-ahead", shared: [], own: ["nodes"], count });
    await Promise.all([96, 90, 6, 1].map((count) => batches.add("run", ahead(count))));
    expect(calls.map(({ args }) => read(args).length)).toEqual([1, 2, 1]);
  });

  test("divides claims evenly, each behind the commit of its strand", async () => {
    const { batches, calls } = open();
    const strands = Array.from({ length: 50 }, (_, i) => [commit(String(i)), claim(i)]);
    await Promise.all(strands.flat().map((call) => batches.add("run-1", call)));
    const sent = calls.map(({ args }) => read(args));
    expect(sent.map((batch) => batch.filter((text) => text.startsWith("claim-node")).length)).toEqual([25, 25]);
    expect(sent.flat()).toEqual(strands.flatMap((_, i) => [`commit-node ${String(i)}`, `claim-node ${String(i)}`]));
  });

  test("sends large results in calls of their own", async () => {
    const { batches, calls } = open();
    const large = "x".repeat(700_000);
    await Promise.all([large, large, "small"].map((text) => batches.add("run-1", commit(text))));
    expect(calls.map(({ args }) => read(args).length)).toEqual([1, 2]);
  });
});
