import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../src/core/json/json-value.ts";
import { buildResult, type BuildResultParams } from "../../../src/core/run/build-result.ts";
import type { NodeRecord, RunRecord } from "../../../src/core/run/run-record.ts";
import { planLevels } from "../../../src/core/workflow/plan-levels.ts";
import type { Workflow } from "../../../src/core/workflow/workflow.ts";

const WORKFLOW: Workflow = {
  workflowId: "wf",
  nodes: ["b", "a", "__proto__", "z"].map((id) => ({ id, type: "number", data: {}, options: {} })),
  edges: [
    { source: "a", target: "b" },
    { source: "a", target: "z" },
  ],
  options: {},
};

const RUN: RunRecord = {
  runId: "0-000000000-aaaaaaaaaaaaaaaaaaaa",
  workflowId: "wf",
  workflowHash: "hash",
  status: "completed",
  epoch: 1,
  dispatch: 1,
  level: 1,
  barrierLevel: 1,
  strands: 1,
  committedInLevel: 2,
  committedCount: 4,
  nodeCount: 4,
  levelCount: 2,
  sequential: false,
  createdAt: 1_000,
  startedAt: 1_010,
  finishedAt: 1_110,
};

function resultOf(run: Partial<RunRecord>, overrides: Partial<BuildResultParams> = {}): ReturnType<typeof buildResult> {
  const levels = planLevels(WORKFLOW);
  return buildResult({
    run: { ...RUN, ...run },
    workflow: WORKFLOW,
    levels,
    nodes: new Map(),
    results: new Map(),
    timings: [],
    ...overrides,
  });
}

const completed: NodeRecord = { status: "completed", attempt: 1, startedAt: 1_020, finishedAt: 1_050 };
const failed = (nodeId: string): NodeRecord => ({
  status: "failed",
  attempt: 2,
  error: { code: "NODE_FAILED", message: `error executing node ${nodeId}: no`, nodeId, level: 0, attempt: 2 },
});

describe("buildResult", () => {
  test("keys by any id, without a prototype", () => {
    const { nodeResults, nodes } = resultOf(
      {},
      { results: new Map([["__proto__", 1]]), nodes: new Map([["__proto__", completed]]) },
    );
    expect(Object.keys(nodeResults)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(nodeResults)).toBeNull();
    expect(Object.getPrototypeOf(nodes)).toBeNull();
    expect(Object.keys(nodes).sort()).toEqual(["__proto__", "a", "b", "z"]);
  });

  test("lists results in the order of the payload, however they were read", () => {
    const results = new Map<string, JsonValue>([
      ["z", 1],
      ["__proto__", 2],
      ["b", 3],
    ]);
    expect(Object.keys(resultOf({}, { results }).nodeResults)).toEqual(["b", "__proto__", "z"]);
  });

  test("has the terminal node with the smallest id as the final output of a completed run only", () => {
    const results = new Map<string, JsonValue>([
      ["b", 1],
      ["z", 2],
    ]);
    const { finalOutput } = resultOf({}, { results: new Map(results).set("__proto__", "first") });
    expect(finalOutput).toBe("first");
    for (const status of ["failed", "cancelled", "running", "paused"] as const)
      expect(resultOf({ status }, { results }).finalOutput).toBeNull();
  });

  test("lists the run's own cause first, then failed nodes by id", () => {
    const nodes = new Map([
      ["z", failed("z")],
      ["a", failed("a")],
      ["b", completed],
    ]);
    const timedOut = { code: "RUN_TIMEOUT", message: "too long" } as const;
    expect(resultOf({ status: "failed", cause: timedOut }, { nodes }).errors.map(({ code, nodeId }) => nodeId ?? code)).toEqual([
      "RUN_TIMEOUT",
      "a",
      "z",
    ]);
    const ownFailure = { code: "NODE_FAILED", message: "error executing node z: no" } as const;
    expect(resultOf({ status: "failed", cause: ownFailure }, { nodes }).errors.map(({ nodeId }) => nodeId)).toEqual(["a", "z"]);
  });

  test("leaves out the error of a node that is to be retried", () => {
    const nodes = new Map([["a", { ...failed("a"), status: "pending" as const }]]);
    expect(resultOf({ status: "running" }, { nodes }).errors).toEqual([]);
  });

  test("calls nodes that were never claimed pending, and skipped once the run is over", () => {
    expect(resultOf({ status: "running" }).nodes["a"]).toEqual({ status: "pending", attempts: 0 });
    expect(resultOf({ status: "failed" }).nodes["a"]).toEqual({ status: "skipped", attempts: 0 });
  });

  test("gives each node a summary of its own", () => {
    const { nodes } = resultOf({});
    expect(nodes["a"]).toEqual(nodes["b"]);
    expect(nodes["a"]).not.toBe(nodes["b"]);
  });

  test("calls a node cancelled whose run is over between two of its attempts", () => {
    const nodes = new Map<string, NodeRecord>([["a", { status: "pending", attempt: 1, startedAt: 1_020 }]]);
    expect(resultOf({ status: "running" }, { nodes }).nodes["a"]).toEqual({ status: "pending", attempts: 1, startedAt: 1_020 });
    expect(resultOf({ status: "cancelled" }, { nodes }).nodes["a"]).toEqual({
      status: "cancelled",
      attempts: 1,
      startedAt: 1_020,
    });
  });

  test("adds up times", () => {
    const timings = [
      { level: 0, startedAt: 1_010, finishedAt: 1_060 },
      { level: 1, startedAt: 1_060 },
    ];
    const nodes = new Map([
      ["a", completed],
      ["b", { ...completed, finishedAt: 1_025 }],
    ]);
    expect(resultOf({}, { timings, nodes }).timings).toEqual({
      createdAt: 1_000,
      startedAt: 1_010,
      finishedAt: 1_110,
      durationMs: 100,
      nodeTimeMs: 35,
      levels: [
        { level: 0, nodeCount: 2, startedAt: 1_010, finishedAt: 1_060, durationMs: 50 },
        { level: 1, nodeCount: 2, startedAt: 1_060 },
      ],
    });
  });

  test("works the profile out when it is asked for, once, and keeps it out of JSON", () => {
    let readCount = 0;
    const nodes = new Map([["a", completed], ["b", completed], ["z", completed], ["__proto__", completed]] as const); // prettier-ignore
    const counted = new Proxy(nodes, {
      get: (target, key) => {
        if (key === "get") readCount += 1;
        const value = Reflect.get(target, key) as unknown;
        return typeof value === "function" ? (value as () => unknown).bind(target) : value;
      },
    });
    const timings = [{ level: 0, startedAt: 1_010, finishedAt: 1_060 }];
    const result = resultOf({}, { nodes: counted, timings });
    readCount = 0;
    expect(JSON.stringify(result)).not.toContain("profile");
    expect(readCount).toBe(0);
    const { profile } = result.timings;
    expect(profile.levels).toMatchObject([{ level: 0, nodeCount: 2, queueWaitMs: 10, runMs: 30, slots: 2 }]);
    const readOnce = readCount;
    expect(result.timings.profile).toBe(profile);
    expect(readCount).toBe(readOnce);
  });
});
