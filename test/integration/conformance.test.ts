import { afterAll, beforeAll, describe, test } from "vitest";
import { loadConformanceCases } from "../support/conformance-cases.ts";
import { checkConformance } from "../support/conformance-check.ts";
import { RUN_MODES, type RunPlace } from "../support/run-modes.ts";

const cases = loadConformanceCases().map((each) => [each.name, each] as const);

// `node scripts/count-tests.mjs test/integration/conformance.test.ts` says how many pass in each mode.
describe.each(RUN_MODES.map((mode) => [mode.name, mode] as const))("every conformance case %s", (_mode, { open }) => {
  let place: RunPlace;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(() => place.close());

  test.concurrent.each(cases)("%s", async (_name, conformanceCase) => {
    await checkConformance(conformanceCase, () => place.run(conformanceCase.payload));
  });
});
