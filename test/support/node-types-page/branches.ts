import { show, step, type Family } from "./page-entry.ts";

export const BRANCHES: Family = {
  title: "Control flow",
  intro:
    "These types report a decision; they do not make it. Every node of a workflow runs, whatever paths its results name, and it is for the" +
    " nodes behind them to look at `condition_met`, `output_path` and the like. A [condition](payload.md#values) is a text such as `>30`.",
  entries: [
    {
      type: "condition",
      inputs: "the first",
      result: "`{value, condition_met, condition}`",
      notes: ["`true_path` and `false_path` are accepted and have no effect."],
      examples: [
        show("A comparison", step({ condition: ">30" }, 31)),
        show("A text meets no comparison", step({ condition: "!=30" }, "31")),
      ],
      failures: [
        show("`condition` is missing", step({}, 1)),
        show("the condition cannot be read", step({ condition: "over 30" }, 1)),
        show("there is no input", step({ condition: ">30" })),
      ],
    },
    {
      type: "switch",
      inputs: "the first",
      result: "`{value, matched, case, output_path}`; without a match there is no `case`",
      notes: [
        "A case with a `value` matches an equal input of the same JSON type; one without matches if the input meets the condition in `when`.",
      ],
      examples: [
        show(
          "A case with a condition",
          step(
            {
              cases: [
                { when: "<0", output_path: "cold" },
                { when: ">25", output_path: "warm" },
              ],
            },
            31,
          ),
        ),
        show("A case with a value", step({ cases: [{ when: "home", value: "NO", output_path: "domestic" }] }, "NO")),
        show("No case", step({ cases: [{ value: "NO" }], default_path: "abroad" }, "DK")),
      ],
      failures: [
        show("a condition cannot be read", step({ cases: [{ when: "warm" }] }, 31)),
        show("a `value` is a list or an object", step({ cases: [{ value: [1] }] }, 31)),
        show("there is no input", step({})),
      ],
    },
    {
      type: "split",
      inputs: "the first",
      result: "`{value, paths, outputs}`, with the value under each path in `outputs`",
      examples: [show("Two names for a value", step({ paths: ["left", "right"] }, 7))],
      failures: [show("there is no input", step({}))],
    },
    {
      type: "parallel",
      inputs: "all",
      result: "`{results, count, concurrency}`, the last one being `max_concurrency`",
      notes: [
        "How many nodes run at a time is up to the [options of the workflow](configuration.md#options-of-a-workflow). A `timeout` in the data" +
          " is accepted and has no effect.",
      ],
      examples: [show("Three branches", step({}, 1, 2, 3))],
      failures: [show("`max_concurrency` is less than 1", step({ max_concurrency: 0 }, 1)), show("there is no input", step({}))],
    },
    {
      type: "join",
      inputs: "all",
      result: "`{strategy, values, count}` for `all`, `{strategy, value, count}` for `any`, `{strategy, value}` for `first`",
      notes: [
        "It waits for nothing itself: levels do, so all inputs are there, and `any` and `first` both give the first. A `timeout` in the data is" +
          " accepted and has no effect.",
      ],
      examples: [
        show("All inputs", step({ join_strategy: "all" }, 1, 2)),
        show("The first", step({ join_strategy: "first" }, 1, 2)),
      ],
      failures: [
        show("`join_strategy` is unknown", step({ join_strategy: "most" }, 1)),
        show("there is no input for `all`", step({})),
        show("there is none for `any` or `first`", step({ join_strategy: "any" })),
      ],
    },
    {
      type: "while_loop",
      inputs: "the first",
      result: "`{final_value, iterations, condition}`, with 0 iterations",
      notes: ["Nothing is repeated. As the value never changes, a condition that holds once would hold for ever."],
      examples: [show("A condition that does not hold", step({ condition: ">10" }, 3))],
      failures: [
        show("`condition` is missing", step({}, 3)),
        show("the condition cannot be read", step({ condition: "more" }, 3)),
        show("`max_iterations` is negative", step({ condition: ">10", max_iterations: -1 }, 3)),
        show("there is no input", step({ condition: ">10" })),
        show("the condition holds", step({ condition: ">10" }, 11)),
      ],
    },
  ],
};
