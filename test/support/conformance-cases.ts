import { readFileSync } from "node:fs";
import type { JsonValue } from "../../src/core/json/json-value.ts";

/** One workflow and what has to come of it. */
export interface ConformanceCase {
  /** `group/what-it-shows`. */
  readonly name: string;
  readonly payload: unknown;
  readonly expect: {
    readonly ok: boolean;
    /** `null` if the payload cannot be read or its structure is at fault. */
    readonly levels: readonly (readonly string[])[] | null;
    readonly node_results: Readonly<Record<string, JsonValue>>;
    readonly final_output: JsonValue;
    /** What one of the run's error texts contains. */
    readonly error: string | null;
    /** What each of the run's error texts contains, in their order. */
    readonly errors?: readonly string[];
  };
  /** Where the expectation was changed on purpose. */
  readonly amended?: string;
}

/** All cases of `test/conformance/cases.jsonl`, in file order. `1e400` becomes `Infinity`, as in any JSON that a program reads. */
export function loadConformanceCases(): readonly ConformanceCase[] {
  const text = readFileSync(new URL("../conformance/cases.jsonl", import.meta.url), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ConformanceCase);
}
