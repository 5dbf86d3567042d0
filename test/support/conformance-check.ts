import { expect } from "vitest";
import { InvalidWorkflowError } from "../../src/core/errors/levelflow-error.ts";
import type { RunResult } from "../../src/core/run/run-result.ts";
import type { ConformanceCase } from "./conformance-cases.ts";

/** Runs a conformance case and holds its outcome against what the case expects. Fails with the case's name. */
export async function checkConformance(conformanceCase: ConformanceCase, run: () => Promise<RunResult>): Promise<void> {
  const { name, expect: wanted } = conformanceCase;
  let result: RunResult;
  try {
    result = await run();
  } catch (error) {
    if (!(error instanceof InvalidWorkflowError)) throw error;
    expect(wanted.ok, `${name}: ${error.message}`).toBe(false);
    checkErrors(
      name,
      [error.message],
      error.issues.map((issue) => issue.message),
      wanted,
    );
    return;
  }
  const texts = result.errors.map((error) => error.message);
  expect(result.status, `${name}: ${texts.join("; ")}`).toBe(wanted.ok ? "completed" : "failed");
  expect(result.levels, name).toEqual(wanted.levels);
  if (wanted.ok) {
    expect(asJson(result.nodeResults), name).toEqual(wanted.node_results);
    expect(asJson(result.finalOutput), name).toEqual(wanted.final_output);
  } else {
    checkErrors(name, texts, texts, wanted);
  }
}

function checkErrors(
  name: string,
  texts: readonly string[],
  inOrder: readonly string[],
  { error, errors }: ConformanceCase["expect"],
): void {
  if (error !== null) expect(texts.join("\n"), name).toContain(error);
  if (errors === undefined) return;
  expect(inOrder, name).toHaveLength(errors.length);
  for (const [index, part] of errors.entries()) expect(inOrder[index], name).toContain(part);
}

/** What is left of a value on its way through JSON: -0 becomes 0. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
