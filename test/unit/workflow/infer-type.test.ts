import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/json/json-value.ts";
import { BUILTIN_TYPE_NAMES, BUILTIN_TYPES } from "../../../src/core/workflow/builtin-types.ts";
import { inferType } from "../../../src/core/workflow/infer-type.ts";

describe("inferType", () => {
  test.each<[JsonObject, string]>([
    [{ value: 0 }, "number"],
    [{ text: "" }, "text_input"],
    [{ mode: "", op: "add" }, "visualization"],
    [{ op: "add", text_op: "x" }, "operation"],
    [{ text_op: "" }, "text_operation"],
    [{ url: "" }, "http"],
    [{ condition: "", max_iterations: 5 }, "condition"],
    [{ var_name: "a", var_op: "" }, "variable"],
    [{ field: "" }, "extract"],
    [{ fields: ["a"] }, "extract"],
    [{ transform_type: "" }, "transform"],
    [{ accum_op: "" }, "accumulator"],
    [{ counter_op: "" }, "counter"],
    [{ cases: [{ when: "" }] }, "switch"],
    [{ join_strategy: "" }, "join"],
    [{ paths: ["a"] }, "split"],
    [{ duration: "" }, "delay"],
    [{ cache_op: "", cache_key: "" }, "cache"],
    [{ context_name: "", context_value: [] }, "context_variable"],
    [{ max_attempts: 1 }, "retry"],
    [{ backoff_strategy: "" }, "retry"],
    [{ fallback_value: [] }, "try_catch"],
    [{ continue_on_error: false }, "try_catch"],
    [{ timeout: "", timeout_action: "" }, "timeout"],
    [{ fields: [], cases: [], paths: [], duration: "1s" }, "delay"],
    [{ value: null, text: "a" }, "text_input"],
    [{ var_name: "a" }, ""],
    [{ cache_key: "a" }, ""],
    [{ timeout: "1s" }, ""],
    [{ context_values: [{ name: "a" }] }, ""],
    [{ max_concurrency: 3 }, ""],
    [{}, ""],
  ])("of %j is %j", (data, type) => {
    expect(inferType(data)).toBe(type);
  });

  test("is not misled by what objects inherit", () => {
    expect(inferType(Object.create({ value: 1 }) as JsonObject)).toBe("");
  });
});

test("there are 25 built-in types", () => {
  expect(BUILTIN_TYPES.size).toBe(25);
  expect(BUILTIN_TYPE_NAMES).toHaveLength(25);
});
