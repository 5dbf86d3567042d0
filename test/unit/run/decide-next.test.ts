import { describe, expect, test } from "vitest";
import { decideNext } from "../../../src/core/run/decide-next.ts";
import type { SchedulerJob } from "../../../src/core/run/job-ref.ts";
import type { RunRecord } from "../../../src/core/run/run-record.ts";
import { isFinal, isStopping, RUN_STATUSES } from "../../../src/core/run/states.ts";

const RUN_ID = "0-000000000-aaaaaaaaaaaaaaaaaaaa";
const WIDTH = 4;

/** Running level 1 of 3, nothing of it committed. */
function runOf(overrides: Partial<RunRecord> = {}): RunRecord {
  const { level = 1 } = overrides;
  return {
    runId: RUN_ID,
    workflowHash: "hash",
    status: "running",
    epoch: 1,
    dispatch: 5,
    plannedDispatch: 5,
    level,
    barrierLevel: level,
    strands: 1,
    committedInLevel: 0,
    committedCount: 0,
    nodeCount: 3 * WIDTH,
    levelCount: 3,
    sequential: false,
    createdAt: 0,
    ...overrides,
  };
}

const start = (dispatch = 5): SchedulerJob => ({ kind: "start", runId: RUN_ID, dispatch });
const stop = (dispatch = 5): SchedulerJob => ({ kind: "stop", runId: RUN_ID, dispatch });
const barrier = (level: number, dispatch = 5): SchedulerJob => ({ kind: "barrier", runId: RUN_ID, dispatch, level });
const ALL_JOBS = [start(), stop(), barrier(0), barrier(1), barrier(2)];

describe("decideNext", () => {
  test.each(ALL_JOBS)("ignores a job of a run that is gone: $kind", (job) => {
    expect(decideNext(undefined, 0, job)).toEqual({ kind: "ignore", reason: "no-such-run" });
  });

  test("ignores every job of another issuing, whatever the status", () => {
    for (const status of RUN_STATUSES) {
      for (const job of ALL_JOBS) {
        for (const dispatch of [1, 4, 6]) {
          const decision = decideNext(runOf({ status }), WIDTH, { ...job, dispatch });
          expect(decision).toEqual({ kind: "ignore", reason: "superseded" });
        }
      }
    }
  });

  test("follows the status before anything else", () => {
    for (const status of RUN_STATUSES) {
      for (const job of ALL_JOBS) {
        for (const committedInLevel of [0, 2, WIDTH]) {
          const { kind } = decideNext(runOf({ status, committedInLevel }), WIDTH, job);
          if (isFinal(status)) expect(kind).toBe("finished");
          else if (isStopping(status)) expect(kind).toBe("drain");
          else if (job.kind === "stop") expect(kind).toBe("ignore");
          else if (status === "paused") expect(kind).toBe("park");
          else expect(["dispatch", "ignore", "complete"]).toContain(kind);
        }
      }
    }
  });

  test("dispatches the first level for a start", () => {
    const run = runOf({ status: "queued", level: -1, dispatch: 1 });
    expect(decideNext(run, 0, start(1))).toEqual({ kind: "dispatch", dispatch: 1, level: 0 });
  });

  test("dispatches an empty level for a workflow without nodes, and completes behind it", () => {
    const run = runOf({ status: "queued", level: -1, dispatch: 1, levelCount: 0, nodeCount: 0 });
    expect(decideNext(run, 0, start(1))).toEqual({ kind: "dispatch", dispatch: 1, level: 0 });
    const begun: RunRecord = { ...run, status: "running", level: 0, barrierLevel: 0, plannedDispatch: 1 };
    expect(decideNext(begun, 0, barrier(0, 1))).toEqual({ kind: "complete" });
  });

  test("repeats the plan that the run's jobs were added for, if an earlier job comes: its process died before they were added", () => {
    const repeated = (level: number): unknown => ({ kind: "dispatch", dispatch: 5, level });
    for (const committedInLevel of [0, 2, WIDTH]) {
      expect(decideNext(runOf({ committedInLevel }), WIDTH, barrier(0))).toEqual(repeated(1));
      expect(decideNext(runOf({ level: 0, committedInLevel }), WIDTH, start())).toEqual(repeated(0));
      expect(decideNext(runOf({ level: 2, committedInLevel }), WIDTH, barrier(0))).toEqual(repeated(2));
      // Its lanes have gone on since then.
      expect(decideNext(runOf({ level: 2, barrierLevel: 1, committedInLevel }), WIDTH, barrier(0))).toEqual(repeated(1));
    }
  });

  describe("when lanes went on behind the level of their barrier", () => {
    const gone = (overrides: Partial<RunRecord>): RunRecord => runOf({ barrierLevel: 0, ...overrides });

    test("goes on behind the level that they came to", () => {
      const run = gone({ level: 1, committedInLevel: WIDTH });
      expect(decideNext(run, WIDTH, barrier(0))).toEqual({ kind: "dispatch", dispatch: 5, level: 2 });
      expect(decideNext(gone({ level: 2, committedInLevel: WIDTH }), WIDTH, barrier(0))).toEqual({ kind: "complete" });
    });

    test("issues the rest of that level anew if they left it unfinished", () => {
      const run = gone({ level: 2, committedInLevel: WIDTH - 1 });
      expect(decideNext(run, WIDTH, barrier(0))).toEqual({ kind: "dispatch", dispatch: 6, level: 2 });
    });
  });

  test("goes to the next level only when every node is committed", () => {
    expect(decideNext(runOf({ committedInLevel: WIDTH }), WIDTH, barrier(1))).toEqual({
      kind: "dispatch",
      dispatch: 5,
      level: 2,
    });
    for (let committedInLevel = 0; committedInLevel < WIDTH; committedInLevel += 1) {
      const decision = decideNext(runOf({ committedInLevel }), WIDTH, barrier(1));
      expect(decision).toEqual({ kind: "dispatch", dispatch: 6, level: 1 });
    }
  });

  test("completes behind the last level", () => {
    expect(decideNext(runOf({ level: 2, committedInLevel: WIDTH }), WIDTH, barrier(2))).toEqual({ kind: "complete" });
  });

  test("plans the current level anew for the start of a resumed run, whatever is committed", () => {
    for (const committedInLevel of [0, 2, WIDTH]) {
      const run = runOf({ dispatch: 6, committedInLevel });
      expect(decideNext(run, WIDTH, start(6))).toEqual({ kind: "dispatch", dispatch: 6, level: 1 });
    }
  });
});
