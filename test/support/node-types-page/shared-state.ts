import { CONTEXT_TYPES } from "./context-types.ts";
import { show, step, type Family } from "./page-entry.ts";

export const SHARED_STATE: Family = {
  title: "Shared state",
  intro:
    "These types keep values in the run's [shared state](writing-nodes.md#shared-state), which is empty at the start of a run. Nodes of one level" +
    " take their turns in the order of their ids. Variables, the accumulator, the counter, the cache and the values for placeholders do" +
    " not know of each other.",
  entries: [
    {
      type: "variable",
      inputs: "the first for `set`; not looked at for `get`",
      result: "`{var_name, operation, value}`",
      notes: ["Placeholders do not see these values; they are what the context types are for."],
      examples: [
        show("A value kept and read", step({ var_name: "tank", var_op: "set" }, 7), step({ var_name: "tank", var_op: "get" })),
      ],
      failures: [
        show("`var_name` is missing", step({ var_op: "get" })),
        show("`var_op` is missing", step({ var_name: "tank" })),
        show("`set` has no input", step({ var_name: "tank", var_op: "set" })),
        show("`get` finds nothing", step({ var_name: "tank", var_op: "get" })),
        show("`var_op` is unknown", step({ var_name: "tank", var_op: "drop" })),
      ],
    },
    {
      type: "accumulator",
      inputs: "the first; without one the accumulator stays as it is",
      result: "`{operation, value}`, with the value that the accumulator has now",
      notes: [
        "`sum`, `product` and `concat` take the input in, `array` appends it as an item, `count` adds 1. There is one accumulator a run: nodes" +
          " with operations of different kinds do not go together.",
      ],
      examples: [
        show("A sum over two nodes", step({ accum_op: "sum", initial_value: 10 }, 5), step({ accum_op: "sum" }, 7)),
        show("A list", step({ accum_op: "array" }, "a"), step({ accum_op: "array" }, ["b", "c"])),
      ],
      failures: [
        show("`accum_op` is missing", step({}, 1)),
        show("`accum_op` is unknown", step({ accum_op: "mean" }, 1)),
        show("`initial_value` is of the wrong kind", step({ accum_op: "array", initial_value: 5 }, 1)),
        show("the accumulator holds another kind", step({ accum_op: "concat" }, "a"), step({ accum_op: "sum" }, 1)),
        show("the input of `sum` or `product` is no number", step({ accum_op: "sum" }, "1")),
        show("the input of `concat` is no text", step({ accum_op: "concat" }, 1)),
        show("the result is too large for a double", step({ accum_op: "product", initial_value: 1e200 }, 1e200)),
      ],
    },
    {
      type: "counter",
      inputs: "not looked at",
      result: "`{operation, value}`, with the value that the counter has now",
      notes: ["The counter starts at 0. `reset` sets it to `initial_value`, or to 0; `get` leaves it as it is."],
      examples: [
        show("Two moves", step({ counter_op: "increment", initial_value: 5 }), step({ counter_op: "decrement", delta: 2 })),
      ],
      failures: [
        show("`counter_op` is missing", step({})),
        show("`initial_value` is no number", step({ counter_op: "get", initial_value: "5" })),
        show("`counter_op` is unknown", step({ counter_op: "leap" })),
        show("the result is too large for a double", step({ counter_op: "increment", initial_value: 1e308, delta: 1e308 })),
      ],
    },
    {
      type: "cache",
      inputs: "the first for `set`; otherwise not looked at",
      result: "`{operation, key, …}`, as the examples show",
      notes: [
        "A lifetime starts when the result is [committed](guarantees.md#1-one-commit-a-node) and goes by the clock of Redis; a `ttl` of 0 or less" +
          " is over at once. `get` removes what it finds expired; `delete` also counts that as deleted.",
      ],
      examples: [
        show(
          "A value kept and read",
          step({ cache_op: "set", cache_key: "rate", ttl: "90s" }, 11.4),
          step({ cache_op: "get", cache_key: "rate" }),
          step({ cache_op: "delete", cache_key: "rate" }),
          step({ cache_op: "get", cache_key: "rate" }),
        ),
        show(
          "A lifetime that is over",
          step({ cache_op: "set", cache_key: "rate", ttl: "0s" }, 11.4),
          step({ cache_op: "get", cache_key: "rate" }),
        ),
      ],
      failures: [
        show("`cache_op` is missing", step({ cache_key: "rate" })),
        show("`cache_key` is missing", step({ cache_op: "get" })),
        show("`set` has no input", step({ cache_op: "set", cache_key: "rate" })),
        show("`ttl` is no duration", step({ cache_op: "set", cache_key: "rate", ttl: "soon" }, 1)),
        show("`cache_op` is unknown", step({ cache_op: "peek", cache_key: "rate" })),
      ],
    },
    ...CONTEXT_TYPES,
  ],
};
