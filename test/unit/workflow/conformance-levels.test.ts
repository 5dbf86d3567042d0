import { describe, expect, test } from "vitest";
import { InvalidWorkflowError } from "../../../src/core/errors/levelflow-error.ts";
import { finalOutputNode } from "../../../src/core/workflow/final-output.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";
import { planLevels } from "../../../src/core/workflow/plan-levels.ts";
import { loadConformanceCases } from "../../support/conformance-cases.ts";

const cases = loadConformanceCases();
const readable = cases.filter(({ expect: { levels } }) => levels !== null);
const refused = cases.filter(({ expect: { levels } }) => levels === null);

function refusalOf(payload: unknown): InvalidWorkflowError {
  try {
    parseWorkflow(payload);
  } catch (error) {
    if (error instanceof InvalidWorkflowError) return error;
    throw error;
  }
  throw new Error("the payload was not refused");
}

test("there are cases of both kinds", () => {
  expect(readable.length).toBeGreaterThan(400);
  expect(refused.length).toBeGreaterThan(20);
});

describe("levels of the conformance cases", () => {
  test.each(readable)("$name", ({ payload, expect: { levels, ok, node_results: results, final_output: output } }) => {
    const workflow = parseWorkflow(payload);
    expect(planLevels(workflow)).toEqual(levels);
    const outputNode = finalOutputNode(workflow);
    if (ok && outputNode !== undefined) expect(results[outputNode]).toEqual(output);
  });
});

describe("refusals of the conformance cases", () => {
  test.each(refused)("$name", ({ payload, expect: { error, errors } }) => {
    const refusal = refusalOf(payload);
    expect(refusal.message).toContain(error);
    if (errors === undefined) return;
    expect(refusal.issues).toHaveLength(errors.length);
    for (const [index, text] of errors.entries()) expect(refusal.issues[index]?.message).toContain(text);
  });
});
