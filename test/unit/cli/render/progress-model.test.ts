import { describe, expect, test } from "vitest";
import { applyEvent, createProgressModel } from "../../../../src/cli/render/progress-model.ts";
import { event } from "../cli-fixtures.ts";

function follow(...events: readonly Parameters<typeof event>[]): ReturnType<typeof createProgressModel> {
  const model = createProgressModel([["a", "b"], ["c"]]);
  for (const parts of events) applyEvent(model, event(...parts), parts[1] + 50);
  return model;
}

describe("applyEvent", () => {
  test("knows what runs and what is done", () => {
    const model = follow(
      ["queued", 1],
      ["started", 2],
      ["level-started", 2, { level: 0, nodeCount: 2 }],
      ["node-started", 3, { nodeId: "a" }],
      ["node-started", 4, { nodeId: "b" }],
      ["node-completed", 5, { nodeId: "a" }],
    );
    expect(model.status).toBe("running");
    expect(model.levels[0]).toMatchObject({ doneCount: 1, startedAt: 2, finishedAt: undefined, running: new Set(["b"]) });
    expect(model.skewMs).toBe(50);
  });

  test("ends a level with its last node", () => {
    const model = follow(
      ["level-started", 2, { level: 0 }],
      ["node-completed", 5, { nodeId: "a" }],
      ["node-completed", 9, { nodeId: "b" }],
    );
    expect(model.levels[0]).toMatchObject({ doneCount: 2, finishedAt: 9 });
  });

  test("counts a node once, also when a level is issued again", () => {
    const model = follow(
      ["node-completed", 5, { nodeId: "a" }],
      ["level-started", 6, { level: 0, nodeCount: 1 }],
      ["node-completed", 7, { nodeId: "a" }],
    );
    expect(model.levels[0]?.doneCount).toBe(1);
  });

  test("takes retries, handed back nodes and failures off what runs", () => {
    const model = follow(
      ["node-started", 1, { nodeId: "a" }],
      ["node-retrying", 2, { nodeId: "a" }],
      ["node-started", 3, { nodeId: "b" }],
      ["node-released", 4, { nodeId: "b" }],
      ["node-started", 5, { nodeId: "b" }],
      ["node-failed", 6, { nodeId: "b" }],
    );
    expect(model).toMatchObject({ retryCount: 1 });
    expect(model.levels[0]).toMatchObject({ failedCount: 1, running: new Set() });
  });

  test("keeps what a retried run has committed", () => {
    const model = follow(
      ["level-started", 1, { level: 0 }],
      ["node-completed", 2, { nodeId: "a" }],
      ["node-failed", 3, { nodeId: "b" }],
      ["finished", 4, { status: "failed" }],
      ["queued", 9],
      ["level-started", 10, { level: 0, nodeCount: 1 }],
      ["node-completed", 11, { nodeId: "b" }],
    );
    expect(model.levels[0]).toMatchObject({ doneCount: 2, failedCount: 0 });
    expect(model.status).toBe("queued");
  });

  test("ignores nodes that the plan does not have", () => {
    expect(() => follow(["node-completed", 1, { nodeId: "__proto__" }])).not.toThrow();
  });
});
