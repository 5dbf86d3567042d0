import { describe, expect, test } from "vitest";
import { RunBatches, type BatchedCall } from "../../../src/store/redis/run-batches.ts";

type Args = readonly (string | number)[];

/** Calls whose transitions are noted, and answered with the place of each among those of its run. */
function open(fail?: (runIds: readonly string[]) => Error | undefined) {
  const calls: { readonly runIds: readonly string[]; readonly args: Args }[] = [];
  const batches = new RunBatches((runIds, args) => {
    calls.push({ runIds, args });
    const error = fail?.(runIds);
    if (error !== undefined) return Promise.reject(error);
    return Promise.resolve(read(args).map(({ transitions }) => transitions.map((_, i) => `answer ${String(i)}`)));
  });
  return { batches, calls };
}

/** What a call asks of each run: each transition as its name and its own arguments. */
function read(args: Args): { readonly runId: string; readonly transitions: string[] }[] {
  let position = 0;
  const next = (): string | number => args[position++] as string | number;
  const kinds = Array.from({ length: Number(next()) }, () => {
    const name = next();
    const sharedCount = Number(next());
    position += sharedCount;
    return { name, ownCount: Number(next()) };
  });
  const runs: { readonly runId: string; readonly transitions: string[] }[] = [];
  while (position < args.length) {
    const runId = String(next());
    const transitions = Array.from({ length: Number(next()) }, () => {
      const { name, ownCount } = kinds[Number(next()) - 1] ?? { name: "unknown", ownCount: 0 };
      return [name, ...Array.from({ length: ownCount }, next)].join(" ");
    });
    runs.push({ runId, transitions });
  }
  return runs;
}

/** The transitions of a call, of whichever run. */
function transitionsOf(args: Args): string[] {
  return read(args).flatMap(({ transitions }) => transitions);
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
    const args = [2, "commit-node", 1, 1, 1, "claim-node", 2, "lanes", 3, 1, "run-1", 2, 1, "a", 2, 7];
    expect(calls).toEqual([{ runIds: ["run-1"], args }]);
    await batches.add("run-1", claim(8));
    expect(calls).toHaveLength(2);
  });

  test("sends what transitions share once for all of them", async () => {
    const { batches, calls } = open();
    const asked = [claim(1), commit("a"), claim(2), { ...claim(3), shared: ["lanes", 4] }, claim(4)];
    await Promise.all(asked.map((call) => batches.add("run-1", call)));
    const kinds = "3 claim-node 2 lanes 3 1 commit-node 1 1 1 claim-node 2 lanes 4 1";
    expect(calls[0]?.args.join(" ")).toBe(`${kinds} run-1 5 1 1 2 a 1 2 3 3 1 4`);
    expect(transitionsOf(calls[0]?.args ?? [])).toEqual([
      "claim-node 1",
      "commit-node a",
      "claim-node 2",
      "claim-node 3",
      "claim-node 4",
    ]);
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

  test("asks of several runs in one call", async () => {
    const { batches, calls } = open();
    const asked = [batches.add("run-1", claim(1)), batches.add("run-2", commit("a")), batches.add("run-1", claim(2))];
    expect(await Promise.all(asked)).toEqual(["answer 0", "answer 0", "answer 1"]);
    expect(calls.map(({ runIds, args }) => [runIds, read(args)])).toEqual([
      [
        ["run-1", "run-2"],
        [
          { runId: "run-1", transitions: ["claim-node 1", "claim-node 2"] },
          { runId: "run-2", transitions: ["commit-node a"] },
        ],
      ],
    ]);
  });

  test("asks of so many runs in one call that it holds Redis up for a moment only", async () => {
    const { batches, calls } = open();
    const asked = Array.from({ length: 20 }, (_, i) => batches.add(`run-${String(i)}`, { ...commit("a"), count: 10 }));
    await Promise.all(asked);
    expect(calls.map(({ runIds }) => runIds.length)).toEqual([6, 6, 6, 2]);
  });

  test("fails what Redis has refused one run, and nothing else", async () => {
    const batches = new RunBatches(() => Promise.resolve([["error", "WRONGTYPE of a key"], ["answer"]]));
    const outcomes = await Promise.allSettled(["run-1", "run-1", "run-2"].map((runId) => batches.add(runId, claim(1))));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(outcomes[0]).toMatchObject({ reason: { name: "ReplyError", message: "WRONGTYPE of a key" } });
  });

  test("asks for claims of one run in calls of their own", async () => {
    const { batches, calls } = open();
    await Promise.all(Array.from({ length: 40 }, (_, i) => batches.add("run-1", claim(i))));
    expect(calls.map(({ args }) => transitionsOf(args).length)).toEqual([20, 20]);
  });

  test("rejects all of a call that has not come to Redis", async () => {
    const { batches, calls } = open(() => new Error("Connection is closed."));
    const outcomes = await Promise.allSettled(["run-1", "run-2"].map((runId) => batches.add(runId, claim(1))));
    expect(calls).toHaveLength(1);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  test("refuses a run of a newer version, and no other", async () => {
    const batches = new RunBatches(() => Promise.resolve([["newer-record", "99"], ["answer"]]));
    const [newer, other] = await Promise.allSettled(["run-1", "run-2"].map((runId) => batches.add(runId, claim(1))));
    expect(newer).toMatchObject({ status: "rejected", reason: { code: "RECORD_TOO_NEW", runId: "run-1" } });
    expect(other).toMatchObject({ status: "fulfilled", value: "answer" });
  });

  test("asks for no more than a call may hold Redis up for", async () => {
    const { batches, calls } = open();
    await Promise.all(Array.from({ length: 300 }, (_, i) => batches.add("run-1", commit(String(i)))));
    expect(calls.map(({ args }) => transitionsOf(args).length)).toEqual([96, 96, 96, 12]);
    const asked = calls.flatMap(({ args }) => transitionsOf(args));
    expect(asked).toEqual(Array.from({ length: 300 }, (_, i) => `commit-node ${String(i)}`));
  });

  test("counts a transition of many nodes as so many", async () => {
    const { batches, calls } = open();
    const ahead = (count: number): BatchedCall => ({ name: "commit-ahead", shared: [], own: ["nodes"], count });
    await Promise.all([96, 90, 6, 1].map((count) => batches.add("run", ahead(count))));
    expect(calls.map(({ args }) => transitionsOf(args).length)).toEqual([1, 2, 1]);
  });

  test("divides claims evenly, each behind the commit of its strand", async () => {
    const { batches, calls } = open();
    const strands = Array.from({ length: 50 }, (_, i) => [commit(String(i)), claim(i)]);
    await Promise.all(strands.flat().map((call) => batches.add("run-1", call)));
    const sent = calls.map(({ args }) => transitionsOf(args));
    expect(sent.map((batch) => batch.filter((text) => text.startsWith("claim-node")).length)).toEqual([25, 25]);
    expect(sent.flat()).toEqual(strands.flatMap((_, i) => [`commit-node ${String(i)}`, `claim-node ${String(i)}`]));
  });

  test("sends large results in calls of their own", async () => {
    const { batches, calls } = open();
    const large = "x".repeat(700_000);
    await Promise.all([large, large, "small"].map((text) => batches.add("run-1", commit(text))));
    expect(calls.map(({ args }) => transitionsOf(args).length)).toEqual([1, 2]);
  });
});
