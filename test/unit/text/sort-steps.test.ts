import fc from "fast-check";
import { expect, test } from "vitest";
import { sortIds } from "../../../src/core/text/compare-bytes.ts";
import { sortSteps } from "../../../src/core/text/sort-steps.ts";
import { atOnce } from "../../../src/core/time/in-turns.ts";

test.each([0, 1, 2_048, 2_049, 5_000, 9_001])("sortSteps sorts %i ids as sortIds does", (count) => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom("", "é", "😀", "\uffff"), (seed, tail) => {
      const ids = Array.from(
        { length: count },
        (_, i) => `${String((i * 7_919 + Math.abs(seed)) % 10_007)}${i % 3 === 0 ? tail : ""}`,
      );
      expect(atOnce(sortSteps([...ids]))).toEqual(sortIds([...ids]));
    }),
    { numRuns: 5 },
  );
});
