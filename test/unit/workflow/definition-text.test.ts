import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atOnce } from "../../../src/core/time/in-turns.ts";
import { definitionPieces, readDefinition } from "../../../src/core/workflow/definition-text.ts";
import type { Workflow } from "../../../src/core/workflow/workflow.ts";

const hostile = fc.constantFrom("\n", '"nodes":[', "]", "],", "{", "\u2028", "😀", '\\"', "x");

/** A definition of `count` nodes and a few edges less, whose texts look like the marks between lines. */
function workflowOf(count: number, texts: readonly string[]): Workflow {
  const nodes = Array.from({ length: count }, (_, i) => ({
    id: `${String(i)}${texts[i % texts.length] ?? ""}`,
    type: "test",
    data: { text: texts.join(""), [texts[0] ?? ""]: [texts] },
    options: {},
  }));
  const edges = nodes.slice(3).map(({ id }, i) => ({ source: nodes[i]?.id ?? "", target: id }));
  return { workflowId: texts.join(), nodes, edges, options: {} };
}

describe("the text of a definition", () => {
  test.each([0, 3, 128, 129, 256, 257, 700])(
    "of %i nodes reads as it was, and is what JSON.stringify writes but for line ends",
    (count) => {
      fc.assert(
        fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (texts) => {
          const workflow = workflowOf(count, texts);
          const text = atOnce(definitionPieces(workflow)).join("");
          expect(text.replaceAll("\n", "")).toBe(JSON.stringify(workflow));
          expect(JSON.parse(text)).toEqual(workflow);
          expect(atOnce(readDefinition(text))).toEqual(workflow);
          expect(atOnce(readDefinition(JSON.stringify(workflow)))).toEqual(workflow);
        }),
        { numRuns: 10 },
      );
    },
  );

  test("is worked out once", () => {
    const workflow = workflowOf(700, ["x"]);
    expect(atOnce(definitionPieces(workflow))).toBe(atOnce(definitionPieces(workflow)));
  });
});
