import { afterAll, beforeAll, describe, test } from "vitest";
import { runLocal } from "../../src/index.ts";
import { loadConformanceCases } from "../support/conformance-cases.ts";
import { checkConformance } from "../support/conformance-check.ts";
import { startEngine, type TestEngine } from "../support/engine.ts";

const cases = loadConformanceCases();

describe.each([
  ["as it is", {}],
  ["sequentially", { sequential: true }],
  ["with two nodes at a time", { maxConcurrency: 2 }],
])("every conformance case in this process, %s", (_how, options) => {
  test.concurrent.each(cases.map((each) => [each.name, each] as const))("%s", async (_name, conformanceCase) => {
    await checkConformance(conformanceCase, () => runLocal(conformanceCase.payload, options));
  });
});

describe("every conformance case through Redis, over two workers", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  test.concurrent.each(cases.map((each) => [each.name, each] as const))("%s", async (_name, conformanceCase) => {
    await checkConformance(conformanceCase, async () => (await engine.producer.enqueue(conformanceCase.payload)).result());
  });
});
