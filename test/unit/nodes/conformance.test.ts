import { describe, expect, test } from "vitest";
import { loadConformanceCases } from "../../support/conformance-cases.ts";
import { evaluatePayload } from "./evaluate-payload.ts";

const cases = loadConformanceCases();

describe("built-in nodes in whole payloads", () => {
  test.each(cases.map((conformanceCase) => [conformanceCase.name, conformanceCase] as const))(
    "%s",
    async (_name, { payload, expect: wanted }) => {
      const got = await evaluatePayload(payload);
      expect(got.levels).toEqual(wanted.levels);
      expect(got.ok, got.errors.join("\n")).toBe(wanted.ok);
      if (wanted.ok) {
        expect(asJson(Object.fromEntries(got.nodeResults))).toEqual(wanted.node_results);
        expect(asJson(got.finalOutput)).toEqual(wanted.final_output);
      } else {
        expect(got.errors.join("\n")).toContain(wanted.error);
        // The first text of a refused payload sums up the others.
        const texts = got.levels === null ? got.errors.slice(1) : got.errors;
        for (const [index, part] of (wanted.errors ?? []).entries()) expect(texts[index]).toContain(part);
        if (wanted.errors !== undefined) expect(texts).toHaveLength(wanted.errors.length);
      }
    },
  );
});

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
