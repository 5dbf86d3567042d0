import { describe, expect, test } from "vitest";
import { displayWidth } from "../../../../src/cli/render/display-width.ts";
import { renderProgress } from "../../../../src/cli/render/progress-lines.ts";
import { applyEvent, createProgressModel } from "../../../../src/cli/render/progress-model.ts";
import { event, HOSTILE_IDS, plainView, UNSAFE_FOR_TERMINALS } from "../cli-fixtures.ts";

function render(model: ReturnType<typeof createProgressModel>, { width = 80, height = 24, now = 2_000 } = {}): string[] {
  return renderProgress(model, { now, width, height, colors: plainView().colors, title: "orders" });
}

function runningModel(): ReturnType<typeof createProgressModel> {
  const model = createProgressModel([["read-a", "read-b"], ["join"]]);
  for (const next of [
    event("started", 1_000),
    event("level-started", 1_000, { level: 0, nodeCount: 2 }),
    event("node-started", 1_000, { nodeId: "read-a" }),
    event("node-started", 1_000, { nodeId: "read-b" }),
    event("node-completed", 1_500, { nodeId: "read-a" }),
  ]) {
    applyEvent(model, next, next.at);
  }
  return model;
}

describe("renderProgress", () => {
  test("draws a line a level: bar, count, time, what runs", () => {
    expect(render(runningModel())).toEqual([
      "orders · running · 1.00 s",
      "◐ level 0  ██████████▌──────────  1/2    1.00 s  read-b",
      "· level 1  ─────────────────────  0/1",
    ]);
  });

  test.each([20, 30, 44, 60, 80, 200])("never is wider than a terminal of %d columns", (width) => {
    for (const line of render(runningModel(), { width })) expect(displayWidth(line)).toBeLessThan(width);
  });

  test("says how many run besides those that fit", () => {
    const ids = Array.from({ length: 500 }, (_, index) => `node-${index}`);
    const model = createProgressModel([ids]);
    applyEvent(model, event("level-started", 1, { level: 0 }), 1);
    for (const nodeId of ids) applyEvent(model, event("node-started", 1, { nodeId }), 1);
    expect(render(model)[1]).toMatch(/node-0, node-1.* \+49\d$/);
  });

  test("folds the levels that the terminal has no room for", () => {
    const model = createProgressModel(Array.from({ length: 100 }, (_, index) => [`n${index}`]));
    for (let index = 0; index < 50; index++) applyEvent(model, event("node-completed", index, { nodeId: `n${index}` }), index);
    const lines = render(model, { height: 14 });
    expect(lines).toHaveLength(11);
    expect(lines[1]).toBe("✔ levels 0 to 45: 46 nodes");
    expect(lines.at(-1)).toBe("· levels 54 to 99: 46 nodes");
    expect(lines.join("\n")).toContain("level 50 ");
  });

  test("lets no id act on the terminal", () => {
    const model = createProgressModel([[...HOSTILE_IDS]]);
    applyEvent(model, event("level-started", 1, { level: 0 }), 1);
    for (const nodeId of HOSTILE_IDS) {
      applyEvent(model, event("node-started", 1, { nodeId }), 1);
      for (const line of render(model, { width: 300 })) {
        expect(line).not.toMatch(UNSAFE_FOR_TERMINALS);
        expect(line).not.toContain("\n");
      }
      applyEvent(model, event("node-released", 1, { nodeId }), 1);
    }
  });
});
