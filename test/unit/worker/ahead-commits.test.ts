import { describe, expect, test } from "vitest";
import type { CommitAheadOutcome } from "../../../src/core/ports/worker-store.ts";
import { AheadCommits } from "../../../src/worker/ahead-commits.ts";

/** A commit that a test answers by hand. */
function openCommit() {
  let [answer, fail]: [(outcome: CommitAheadOutcome) => void, (error: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<CommitAheadOutcome>((resolve, reject) => ([answer, fail] = [resolve, reject]));
  return { promise, answer, fail };
}

const nothing = (): void => undefined;

describe("AheadCommits", () => {
  test("has room for some, until one is heard of", async () => {
    const commits = new AheadCommits();
    const open = Array.from({ length: 192 }, openCommit);
    for (const { promise } of open) commits.add(promise, "1", nothing);
    expect(commits.isFull).toBe(true);
    const room = commits.room();
    open[7]!.answer("committed");
    await room;
    expect(commits.isFull).toBe(false);
  });

  test("has room for one large result at a time", async () => {
    const commits = new AheadCommits();
    const large = openCommit();
    commits.add(large.promise, "x".repeat(5 * 1024 * 1024), nothing);
    expect(commits.isFull).toBe(true);
    large.answer("committed");
    await commits.room();
    expect(commits.isFull).toBe(false);
  });

  test.each(["committed", "refused"] as const)("is settled when all are heard of (the last one: %s)", async (last) => {
    const commits = new AheadCommits();
    const open = [openCommit(), openCommit()];
    const heard: string[] = [];
    for (const { promise } of open) commits.add(promise, "1", (outcome) => heard.push(outcome));
    const settled = commits.settled();
    open[0]!.answer("committed-level");
    open[1]!.answer(last);
    expect(await settled).toBe(last === "committed");
    expect(commits.isRefused).toBe(last === "refused");
    expect(heard).toEqual(["committed-level", last]);
  });

  test("fails with what one of them failed with, once all have ended", async () => {
    const commits = new AheadCommits();
    const open = [openCommit(), openCommit()];
    const heard: string[] = [];
    for (const { promise } of open) commits.add(promise, "1", (outcome) => heard.push(outcome));
    const settled = commits.settled();
    open[0]!.fail(new Error("the connection is gone"));
    open[1]!.answer("committed");
    await expect(settled).rejects.toThrow("the connection is gone");
    expect(heard).toEqual(["refused", "committed"]);
  });
});
