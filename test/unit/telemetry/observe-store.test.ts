import { describe, expect, test } from "vitest";
import type { Observer } from "../../../src/core/ports/observer.ts";
import type { AbortNotice, ClaimRef } from "../../../src/core/ports/worker-store.ts";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";
import { observeStore } from "../../../src/telemetry/observe-store.ts";

const CLAIM: ClaimRef = { runId: "0-run", epoch: 1, nodeId: "a", token: "t-1" };

/** Notes every call as its name and its first argument. */
function notingObserver(): { observer: Observer; told: unknown[][] } {
  const told: unknown[][] = [];
  const observer = new Proxy({} as Observer, {
    get: (_, name) => (first: unknown) => void told.push(first === undefined ? [name] : [name, first]),
  });
  return { observer, told };
}

/** A store of which a test says what it answers. */
function storeOf(answers: Partial<RunStore>): RunStore {
  return answers as RunStore;
}

describe("observeStore", () => {
  test.each([
    ["committed", [["attemptEnded", "committed"]]],
    ["committed-level", [["attemptEnded", "committed"]]],
    [
      "stale",
      [
        ["attemptEnded", "refused"],
        ["commitRefused", "stale"],
      ],
    ],
    [
      "run-stopped",
      [
        ["attemptEnded", "refused"],
        ["commitRefused", "run-stopped"],
      ],
    ],
  ] as const)("tells of a commit that is answered %s", async (outcome, expected) => {
    const { observer, told } = notingObserver();
    const store = observeStore(storeOf({ commitNode: () => Promise.resolve(outcome) }), observer);
    expect(await store.commitNode({ claim: CLAIM, result: "1", stateChanges: [] })).toBe(outcome);
    expect(told).toEqual(expected);
  });

  test.each([
    ["retrying", "retried"],
    ["failed-run", "failed"],
    ["recorded", "failed"],
    ["stale", "refused"],
  ] as const)("tells of a failed attempt that is answered %s as %s", async (outcome, expected) => {
    const { observer, told } = notingObserver();
    const store = observeStore(storeOf({ failAttempt: () => Promise.resolve(outcome) }), observer);
    await store.failAttempt({ claim: CLAIM, error: { code: "NODE_FAILED", message: "no" }, graceMs: 0 });
    expect(told).toEqual([["attemptEnded", expected]]);
  });

  test("tells nothing of calls that fail, and lets their errors through", async () => {
    const { observer, told } = notingObserver();
    const store = observeStore(storeOf({ commitNode: () => Promise.reject(new Error("away")) }), observer);
    await expect(store.commitNode({ claim: CLAIM, result: "1", stateChanges: [] })).rejects.toThrow("away");
    expect(told).toEqual([]);
  });

  test("measures how long a handler takes to heed an abort, whether its run or its claim was told of", async () => {
    for (const notice of [{ runId: CLAIM.runId }, { runId: CLAIM.runId, token: CLAIM.token }] satisfies AbortNotice[]) {
      const { observer, told } = notingObserver();
      let send: (notice: AbortNotice) => void = () => undefined;
      const onAbort: RunStore["onAbort"] = (listener) => {
        send = listener;
        return Promise.resolve(() => undefined);
      };
      const store = observeStore(storeOf({ onAbort, releaseClaim: () => Promise.resolve() }), observer);
      const heard: AbortNotice[] = [];
      await store.onAbort((each) => heard.push(each));
      send(notice);
      await store.releaseClaim({ claim: CLAIM, reason: "run-stopped", type: "x", pool: "default" });
      expect(heard).toEqual([notice]);
      expect(told.map(([name]) => name)).toEqual(["attemptEnded", "claimReturned", "abortHeeded"]);
    }
  });

  test("measures a run that finished, once, and none that had finished before", async () => {
    const { observer, told } = notingObserver();
    let kind: "finished" | "already-finished" = "finished";
    const record = { epoch: 1, createdAt: 100, startedAt: 150, finishedAt: 400 } as unknown as Awaited<
      ReturnType<RunStore["loadRun"]>
    >;
    let tellMeasured: () => void = () => undefined;
    const measured = new Promise<void>((resolve) => (tellMeasured = resolve));
    const store = observeStore(
      storeOf({
        finishRun: () => Promise.resolve({ kind }),
        loadRun: () => Promise.resolve(record),
        readTimings: () => {
          setImmediate(tellMeasured);
          return Promise.resolve([{ level: 0, startedAt: 150, finishedAt: 400 }]);
        },
      }),
      observer,
    );
    await store.finishRun({ runId: "0-run", epoch: 1, outcome: "completed" });
    await measured;
    kind = "already-finished";
    await store.finishRun({ runId: "0-run", epoch: 1, outcome: "completed" });
    expect(told).toEqual([
      ["runFinished", "completed"],
      ["runMeasured", { status: "completed", queuedMs: 50, durationMs: 250, levelMs: [250] }],
    ]);
  });

  test("profiles some of the runs that finish, if they are not large", async () => {
    const nodeCounts = [1, 5_000, 1, 1, 1];
    const { observer, told } = notingObserver();
    const workflow = parseWorkflow({ nodes: [{ id: "a", type: "number", data: { value: 1 } }], edges: [] });
    const record = { status: "completed", epoch: 1, createdAt: 100, startedAt: 150, finishedAt: 400, workflowHash: "hash" };
    const answers = {
      finishRun: async () => ({ kind: "finished" }),
      loadRun: async () => ({ ...record, nodeCount: nodeCounts.shift() }),
      readTimings: async () => [{ level: 0, startedAt: 150, finishedAt: 400 }],
      loadWorkflow: async () => workflow,
      readNodes: async () => new Map([["a", { status: "completed", attempt: 1, startedAt: 200, finishedAt: 400 }]]),
    };
    const store = observeStore(answers as unknown as RunStore, observer);
    while (nodeCounts.length > 0) {
      await store.finishRun({ runId: "0-run", epoch: 1, outcome: "completed" });
      await new Promise((resolve) => setImmediate(resolve));
    }
    const profiles = told.filter(([name]) => name === "runProfiled").map(([, profile]) => profile);
    expect(profiles).toHaveLength(2);
    expect(profiles[0]).toMatchObject({
      levels: [{ level: 0, queueWaitMs: 50, idleShare: expect.closeTo(0.2) }],
      order: { barrierLossMs: 0 },
    });
  });

  test("tells of levels that are issued again, not of those that follow", async () => {
    const { observer, told } = notingObserver();
    const store = observeStore(
      storeOf({ dispatchLevel: () => Promise.resolve({ kind: "advanced", lanes: {}, strands: 1 }) }),
      observer,
    );
    const plan = { level: 0, lanes: {}, strands: 1, ordered: [], free: new Map() } as unknown as Parameters<
      RunStore["dispatchLevel"]
    >[0]["plan"];
    const params = { runId: "0-run", epoch: 1, expected: { dispatch: 1, level: 0 }, plan, committedInLevel: 0 };
    await store.dispatchLevel({ ...params, dispatch: 1 });
    await store.dispatchLevel({ ...params, dispatch: 2 });
    expect(told).toEqual([["levelReissued"]]);
  });
});
