import { describe, expect, test } from "vitest";
import { AheadCommits } from "../../../src/worker/ahead-commits.ts";

/** Commits that a test answers by hand. */
function openCommits() {
  const asked: { nodeIds: string[]; level: number; answer: (count: number) => void; fail: (error: Error) => void }[] = [];
  const heard: string[] = [];
  const commits = new AheadCommits({
    commit: (level, nodes) =>
      new Promise((answer, fail) => void asked.push({ level, nodeIds: nodes.map(({ nodeId }) => nodeId), answer, fail })),
    heard: ({ nodeId }, isCommitted) => heard.push(`${nodeId} ${isCommitted ? "committed" : "refused"}`),
  });
  const add = (level: number, nodeId: string, result = "1"): void => commits.add(level, { nodeId, result, span: undefined });
  return { commits, add, asked, heard };
}

const tick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

describe("AheadCommits", () => {
  test("has the nodes of a level committed together once the lane waits, each level for itself", async () => {
    const { commits, add, asked } = openCommits();
    add(0, "a");
    add(0, "b");
    commits.flush();
    add(1, "c");
    expect(asked).toHaveLength(1);
    await tick();
    expect(asked).toMatchObject([
      { level: 0, nodeIds: ["a", "b"] },
      { level: 1, nodeIds: ["c"] },
    ]);
  });

  test("has room for some, until some are heard of", async () => {
    const { commits, add, asked } = openCommits();
    for (let i = 0; i < 192; i += 1) add(0, `n${String(i)}`);
    expect(commits.isFull).toBe(true);
    expect(asked.map(({ nodeIds }) => nodeIds.length)).toEqual([96, 96]);
    const room = commits.room();
    asked[0]!.answer(96);
    await room;
    expect(commits.isFull).toBe(false);
  });

  test("has room for one large result at a time, which goes alone", async () => {
    const { commits, add, asked } = openCommits();
    add(0, "large", "x".repeat(5 * 1024 * 1024));
    expect(commits.isFull).toBe(true);
    expect(asked).toHaveLength(1);
    asked[0]!.answer(1);
    await commits.room();
    expect(commits.isFull).toBe(false);
  });

  test.each([
    ["all are committed", 2, ["a committed", "b committed", "c committed"]],
    ["one was refused, and those behind it", 1, ["a committed", "b refused", "c committed"]],
  ])("is settled when all are heard of: %s", async (_what, count, told) => {
    const { commits, add, asked, heard } = openCommits();
    add(0, "a");
    add(0, "b");
    commits.flush();
    add(1, "c");
    commits.flush();
    const settled = commits.settled();
    asked[0]!.answer(count);
    asked[1]!.answer(1);
    expect(await settled).toBe(count === 2);
    expect(commits.isRefused).toBe(count < 2);
    expect(heard).toEqual(told);
  });

  test("fails with what one of them failed with, once all have ended", async () => {
    const { commits, add, asked, heard } = openCommits();
    add(0, "a");
    commits.flush();
    add(0, "b");
    commits.flush();
    const settled = commits.settled();
    asked[0]!.fail(new Error("the connection is gone"));
    asked[1]!.answer(1);
    await expect(settled).rejects.toThrow("the connection is gone");
    expect(heard).toEqual(["a refused", "b committed"]);
  });
});
