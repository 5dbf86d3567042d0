import { expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/core/json/json-value.ts";
import { createBuiltinNodes } from "../../../src/nodes/builtin-nodes.ts";
import { runNode, type RunnableNode } from "./run-node.ts";

const FAULT = { error: "gone" };
const TIMED = { execution_time: "2s" };

/** `docs/payload.md`: results hold their keys in the order shown there. */
const RESULTS: [type: string, data: JsonObject, inputs: JsonValue[], result: string][] = [
  ["visualization", { mode: "table" }, [3], '{"mode":"table","value":3}'],
  ["condition", { condition: ">30" }, [31], '{"value":31,"condition_met":true,"condition":">30"}'],
  ["for_each", {}, [[1, 2]], '{"items":[1,2],"count":2,"iterations":2}'],
  ["while_loop", { condition: ">10" }, [3], '{"final_value":3,"iterations":0,"condition":">10"}'],
  ["variable", { var_name: "tank", var_op: "set" }, [7], '{"var_name":"tank","operation":"set","value":7}'],
  ["extract", { field: "size" }, [{ size: 4 }], '{"field":"size","value":4}'],
  ["extract", { fields: ["b", "a", "c"] }, [{ a: 1, b: 2 }], '{"b":2,"a":1}'],
  ["accumulator", { accum_op: "sum" }, [15], '{"operation":"sum","value":15}'],
  ["counter", { counter_op: "increment", delta: 3 }, [], '{"operation":"increment","value":3}'],
  ["switch", { cases: [{ when: ">5", output_path: "big" }] }, [9], '{"value":9,"matched":true,"case":">5","output_path":"big"}'],
  ["switch", {}, [9], '{"value":9,"matched":false,"output_path":"default"}'],
  ["parallel", {}, [1, 2], '{"results":[1,2],"count":2,"concurrency":10}'],
  ["join", {}, [1, 2], '{"strategy":"all","values":[1,2],"count":2}'],
  ["join", { join_strategy: "any" }, [1, 2], '{"strategy":"any","value":1,"count":2}'],
  ["join", { join_strategy: "first" }, [1, 2], '{"strategy":"first","value":1}'],
  ["split", { paths: ["a", "b"] }, [7], '{"value":7,"paths":["a","b"],"outputs":{"a":7,"b":7}}'],
  ["delay", { duration: "0" }, [], '{"value":null,"duration":"0","delayed":true}'],
  ["cache", { cache_op: "set", cache_key: "k", ttl: "90s" }, [3], '{"operation":"set","key":"k","value":3,"ttl":"90s"}'],
  ["cache", { cache_op: "get", cache_key: "k" }, [], '{"operation":"get","key":"k","found":false,"value":null}'],
  ["cache", { cache_op: "delete", cache_key: "k" }, [], '{"operation":"delete","key":"k","deleted":false}'],
  ["retry", {}, [3], '{"value":3,"attempts":1,"success":true}'],
  ["try_catch", {}, [3], '{"value":3,"error_caught":false}'],
  ["try_catch", { error_output_path: "" }, [FAULT], '{"value":null,"error_caught":true,"error_message":"gone"}'],
  [
    "try_catch",
    { fallback_value: "fallback", error_output_path: "errors" },
    [FAULT],
    '{"value":"fallback","error_caught":true,"error_message":"gone","error_output_path":"errors"}',
  ],
  ["timeout", { timeout: "1s" }, [3], '{"value":3,"timeout_duration":"1s","execution_time":"0s","timed_out":false}'],
  [
    "timeout",
    { timeout: "1s", timeout_action: "continue_with_partial" },
    [TIMED],
    '{"value":{"execution_time":"2s"},"timeout_duration":"1s","execution_time":"2s","timed_out":true,"timeout_exceeded":true,"partial_result":true}',
  ],
  ["context_variable", { context_name: "port", context_value: "Oslo" }, [], '{"type":"variable","name":"port","value":"Oslo"}'],
  [
    "context_constant",
    { context_values: [{ name: "__proto__", value: "2", type: "number" }] },
    [],
    '{"type":"const","constants":{"__proto__":2}}',
  ],
];

const NODES = new Map((createBuiltinNodes() as readonly RunnableNode[]).map((node) => [node.type, node]));

test.each(RESULTS)("%s with %j of %j", async (type, data, inputs, result) => {
  const node = NODES.get(type);
  if (node === undefined) throw new Error(`no node type ${type}`);
  expect(JSON.stringify(await runNode(node, { data, inputs }))).toBe(result);
});
