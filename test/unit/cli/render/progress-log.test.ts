import { describe, expect, test } from "vitest";
import { progressLine } from "../../../../src/cli/render/progress-log.ts";
import { applyEvent, createProgressModel } from "../../../../src/cli/render/progress-model.ts";
import type { RunEvent } from "../../../../src/core/run/run-event.ts";
import { event } from "../cli-fixtures.ts";

function logOf(...events: readonly RunEvent[]): string[] {
  const model = createProgressModel([["a", "b"], ["c"]]);
  return events.flatMap((next) => {
    applyEvent(model, next, next.at);
    return progressLine(next, model) ?? [];
  });
}

describe("progressLine", () => {
  test("tells of levels, not of single nodes", () => {
    const lines = logOf(
      event("queued", 0),
      event("started", 1),
      event("level-started", 1, { level: 0, nodeCount: 2 }),
      event("node-started", 2, { nodeId: "a" }),
      event("node-completed", 3, { nodeId: "a" }),
      event("node-completed", 801, { nodeId: "b" }),
    );
    expect(lines).toEqual(["level 0: started, 2 nodes", "level 0: done, 2/2 in 800 ms"]);
  });

  test("tells of retries and failures", () => {
    const lines = logOf(
      event("node-retrying", 1, { nodeId: "a", attempt: 1, delayMs: 1_500, code: "NODE_FAILED", message: "boom" }),
      event("node-failed", 2, { nodeId: "a", level: 0, code: "NODE_FAILED", message: "boom\u001b[2J\nforged line" }),
      event("failing", 2, { code: "NODE_FAILED", message: "boom" }),
    );
    expect(lines).toEqual([
      "level 0: node a: attempt 1 failed, next in 1.50 s: boom [NODE_FAILED]",
      "level 0: node a: boom\\u001b[2J\\nforged line [NODE_FAILED]",
      "run failing: boom [NODE_FAILED]",
    ]);
  });
});
