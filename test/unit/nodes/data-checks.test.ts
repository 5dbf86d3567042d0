import { describe, expect, test } from "vitest";
import { TerminalError } from "../../../src/core/errors/node-errors.ts";
import type { JsonObject, JsonValue } from "../../../src/core/json/json-value.ts";
import { BUILTIN_TYPE_NAMES } from "../../../src/core/workflow/builtin-types.ts";
import { createBuiltinNodes } from "../../../src/nodes/builtin-nodes.ts";
import { runNode, type RunnableNode } from "./run-node.ts";

const NODES = new Map((createBuiltinNodes() as readonly RunnableNode[]).map((node) => [node.type, node]));

function nodeOfType(type: string): RunnableNode {
  const node = NODES.get(type);
  if (node === undefined) throw new Error(`no node type ${type}`);
  return node;
}

/** Faults of data come before inputs are looked at: these nodes have none, or wrong ones. */
const FAULTS: [type: string, data: JsonObject, message: string][] = [
  ["number", { value: null }, "number node missing value"],
  ["cache", {}, "cache node requires cache_op field"],
  ["cache", { cache_op: "set" }, "cache node requires cache_key field"],
  ["cache", { cache_op: "set", cache_key: "", ttl: "never" }, "cache set operation requires an input value"],
  ["variable", {}, "variable node missing var_name"],
  ["variable", { var_name: "" }, "variable node missing var_op (get or set)"],
  ["while_loop", { max_iterations: -1 }, "while_loop node missing condition"],
  [
    "while_loop",
    { condition: "x", max_iterations: -1 },
    'invalid condition "x": use true, false, or > < >= <= == != followed by a number',
  ],
  [
    "while_loop",
    { condition: ">1", max_iterations: -1 },
    "invalid max_iterations -1: use a whole number of at least 0 (0 means the default)",
  ],
  ["retry", { max_attempts: 0, multiplier: 0 }, "invalid max_attempts 0: use a whole number of at least 1"],
  [
    "retry",
    { initial_delay: "soon", max_delay: "late", backoff_strategy: "no" },
    'invalid initial_delay "soon": use a duration like 500ms, 5s, 10m or 1h',
  ],
  ["retry", { max_delay: "late", backoff_strategy: "no" }, 'invalid max_delay "late": use a duration like 500ms, 5s, 10m or 1h'],
  ["retry", { backoff_strategy: "no", multiplier: 0 }, 'invalid backoff_strategy "no": use constant, linear, or exponential'],
  ["retry", { multiplier: 0 }, "invalid multiplier 0: use a number greater than 0"],
  ["timeout", { timeout: "x", timeout_action: "y" }, "invalid timeout duration: x"],
  ["timeout", { timeout_action: "y" }, 'invalid timeout_action "y": use error or continue_with_partial'],
  ["accumulator", { accum_op: "mean", initial_value: "x" }, "unsupported accumulator operation: mean"],
  ["accumulator", { accum_op: "toString" }, "unsupported accumulator operation: toString"],
  ["accumulator", { accum_op: "array", initial_value: { a: 1 } }, 'invalid initial_value {"a":1}: use an array'],
  ["counter", { counter_op: "leap", initial_value: "5" }, 'invalid initial_value "5": use a number'],
  ["counter", { counter_op: "leap" }, "unsupported counter operation: leap (use increment, decrement, reset, or get)"],
  [
    "switch",
    { cases: [{ value: 1 }, { when: "free", value: [1] }, { when: "bad" }] },
    "invalid cases[1].value [1]: use a string, number or boolean",
  ],
  ["switch", { cases: [{ value: null }] }, 'invalid condition "": use true, false, or > < >= <= == != followed by a number'],
  ["parallel", { max_concurrency: 0 }, "invalid max_concurrency 0: use a whole number of at least 1"],
  ["join", { join_strategy: "most" }, "unsupported join strategy: most (use all, any, or first)"],
  ["delay", { duration: "5 ms" }, "invalid duration format: 5 ms (use formats like '5s', '10m', '1h')"],
  ["context_constant", { context_name: "a", context_value: null }, "context_constant node missing context_value"],
  ["context_variable", { context_values: [] }, "context_variable node missing context_name or context_values"],
  [
    "context_variable",
    { context_values: [{ name: "a", type: "number" }] },
    "context_variable node: error converting a (number): cannot convert type null to number",
  ],
];

/** Faults that show when the node runs, in the order of checking. */
const RUN_FAULTS: [type: string, data: JsonObject, inputs: JsonValue[], message: string][] = [
  ["operation", { op: "power" }, [1], "operation needs 2 inputs, got 1"],
  ["operation", { op: "power" }, [1, "2"], "operation inputs must be numbers"],
  ["operation", { op: "divide" }, [1, 0], "division by zero"],
  ["operation", { op: "power" }, [1, 2], "unknown operation: power"],
  ["operation", { op: "multiply" }, [1e300, 1e300], "operation result is not a finite number"],
  ["text_operation", { text_op: "shout" }, [], "text operation needs at least 1 input"],
  ["text_operation", { text_op: "shout" }, [1], "text operation input must be text/string"],
  ["text_operation", { text_op: "shout" }, ["a"], "unknown text operation: shout"],
  ["text_operation", { text_op: "concat" }, ["a", 1], "concat operation input 1 must be text/string"],
  ["text_operation", { text_op: "repeat" }, [1], "repeat operation input must be text/string"],
  ["text_operation", { text_op: "repeat" }, ["a"], "repeat operation requires repeat_n field"],
  ["text_operation", { text_op: "repeat", repeat_n: -1 }, ["a"], "repeat_n must be non-negative, got -1"],
  ["for_each", { max_iterations: 1 }, [[1, 2]], "for_each exceeds max iterations: 2 > 1"],
  ["while_loop", { condition: "true", max_iterations: 0 }, [1], "while_loop exceeded max iterations: 100"],
  ["extract", {}, ["a"], "extract node requires object input, got string"],
  ["extract", { fields: [] }, [{}], "extract node requires 'field' or 'fields' configuration"],
  ["cache", { cache_op: "set", cache_key: "k", ttl: "" }, [1], "invalid TTL format:  (use formats like '5s', '10m', '1h')"],
  ["cache", { cache_op: "peek", cache_key: "k" }, [], "unsupported cache operation: peek (use get, set, or delete)"],
  ["retry", { retry_on_errors: ["x"] }, [{ error: "gone" }], "error not in retry list: gone"],
  ["retry", { initial_delay: "-1s" }, [{ error: 5 }], "max retry attempts (3) reached: "],
  ["try_catch", { continue_on_error: false }, [{ error: [1] }], "error caught: [1]"],
  ["timeout", { timeout: "1s" }, [{ execution_time: "90s" }], "operation timed out after 1m30s (limit: 1s)"],
];

describe("built-in types", () => {
  test("are those that the payload format names, in its order", () => {
    expect([...NODES.keys()]).toEqual([...BUILTIN_TYPE_NAMES]);
  });

  test.each(FAULTS)("%s refuses %j", async (type, data, message) => {
    const failure = runNode(nodeOfType(type), { data });
    await expect(failure).rejects.toBeInstanceOf(TerminalError);
    await expect(failure).rejects.toThrow(new TerminalError(message));
  });

  test.each(RUN_FAULTS)("%s with %j fails on %j", async (type, data, inputs, message) => {
    const failure = runNode(nodeOfType(type), { data, inputs });
    await expect(failure).rejects.toBeInstanceOf(TerminalError);
    await expect(failure).rejects.toThrow(new TerminalError(message));
  });

  test("say where a field of the wrong JSON type is", async () => {
    await expect(runNode(nodeOfType("number"), { data: { value: "1" } })).rejects.toThrow(/ at data\.value$/);
  });

  test("take a fault's error, its own, of any value", async () => {
    const inherited = Object.create({ error: "inherited" }) as JsonObject;
    expect(await runNode(nodeOfType("try_catch"), { inputs: [inherited] })).toMatchObject({ error_caught: false });
    expect(await runNode(nodeOfType("try_catch"), { inputs: [{ error: null }] })).toMatchObject({ error_message: "null" });
  });
});
