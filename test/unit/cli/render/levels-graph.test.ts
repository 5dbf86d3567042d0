import { describe, expect, test } from "vitest";
import { renderDot, renderMermaid } from "../../../../src/cli/render/levels-graph.ts";
import { renderLevelsText } from "../../../../src/cli/render/levels-text.ts";
import { HOSTILE_IDS, UNSAFE_FOR_TERMINALS } from "../cli-fixtures.ts";

const GRAPH = {
  levels: [["a", 'say "hi"'], ["c"]],
  edges: [
    { source: "a", target: "c" },
    { source: 'say "hi"', target: "c" },
  ],
};
const HOSTILE = { levels: [[...HOSTILE_IDS]], edges: HOSTILE_IDS.slice(1).map((target) => ({ source: HOSTILE_IDS[0], target })) };

describe("renderMermaid", () => {
  test("draws a box a level", () => {
    expect(renderMermaid(GRAPH)).toEqual([
      "flowchart TD",
      '  subgraph level0["level 0"]',
      '    n0["a"]',
      '    n1["say #34;hi#34;"]',
      "  end",
      '  subgraph level1["level 1"]',
      '    n2["c"]',
      "  end",
      "  n0 --> n2",
      "  n1 --> n2",
    ]);
  });

  test("keeps every id within its label", () => {
    const labels = renderMermaid(HOSTILE).filter((line) => line.startsWith("    "));
    expect(labels).toHaveLength(HOSTILE_IDS.length);
    for (const line of labels) expect(line).toMatch(/^ {4}n\d+\["(?:[\p{L}\p{N}\p{M} _.:/-]|#\d+;)+"\]$/u);
  });
});

describe("renderDot", () => {
  test("draws a rank a level", () => {
    expect(renderDot(GRAPH)).toEqual([
      "digraph workflow {",
      "  rankdir=TB;",
      "  node [shape=box];",
      '  n0 [label="a"];',
      '  n1 [label="say \\"hi\\""];',
      '  n2 [label="c"];',
      "  { rank=same; n0; n1; }",
      "  { rank=same; n2; }",
      "  n0 -> n2;",
      "  n1 -> n2;",
      "}",
    ]);
  });

  test("keeps every id within its label", () => {
    const labels = renderDot(HOSTILE).filter((line) => line.includes("label="));
    expect(labels).toHaveLength(HOSTILE_IDS.length);
    for (const line of labels) {
      expect(line).toMatch(/^ {2}n\d+ \[label="(?:[^"\\]|\\["\\])*"\];$/);
      expect(line).not.toMatch(UNSAFE_FOR_TERMINALS);
    }
  });
});

describe("renderLevelsText", () => {
  test("prints a line a level", () => {
    expect(renderLevelsText(GRAPH.levels, undefined)).toEqual(['level 0 (2 nodes): a, "say \\"hi\\""', "level 1 (1 node): c"]);
  });

  test("cuts a line to the width and says by how much", () => {
    expect(renderLevelsText([["aaaa", "bbbb", "cccc", "dddd"]], 32)).toEqual(["level 0 (4 nodes): aaaa, bbbb +2"]);
  });

  test("has a line for a workflow without nodes", () => {
    expect(renderLevelsText([], undefined)).toEqual(["no levels: the workflow has no nodes"]);
  });
});
