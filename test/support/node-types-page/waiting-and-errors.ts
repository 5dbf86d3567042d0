import { show, step, type Family } from "./page-entry.ts";

const FAULT_NOTE = "A value reports an error if it is an object with a key `error`, whatever is under it.";

export const WAITING_AND_ERRORS: Family = {
  title: "Waiting and errors",
  intro:
    "`retry`, `try_catch` and `timeout` work on values that report an error or a time. To have a node that throws tried again, or bounded in" +
    " time, use its [options](configuration.md#options-of-a-node). A [duration](payload.md#values) is a text such as `90s`.",
  entries: [
    {
      type: "delay",
      inputs: "the first, if there is one",
      result: "`{value, duration, delayed}`; `value` is `null` without an input",
      notes: ["A node that waits keeps its place on the worker."],
      examples: [show("A short wait", step({ duration: "5ms" }, 3))],
      failures: [show("`duration` is missing", step({})), show("`duration` is no duration", step({ duration: "5 ms" }))],
    },
    {
      type: "retry",
      inputs: "the first",
      result: "`{value, attempts, success}`, with 1 attempt",
      notes: [
        `${FAULT_NOTE} The error never heals, so the attempts are waits: of the initial delay (\`constant\`), of its multiples (\`linear\`),` +
          " or each `multiplier` times the one before (`exponential`). The message names the error if it is a text.",
      ],
      examples: [show("A value without an error", step({ max_attempts: 5 }, 3))],
      failures: [
        show("`max_attempts` is less than 1", step({ max_attempts: 0 }, 3)),
        show("`initial_delay` or `max_delay` is no duration", step({ initial_delay: "soon" }, 3)),
        show("`backoff_strategy` is unknown", step({ backoff_strategy: "random" }, 3)),
        show("`multiplier` is not above 0", step({ multiplier: 0 }, 3)),
        show("there is no input", step({})),
        show("the error is not one of `retry_on_errors`", step({ retry_on_errors: ["timeout"] }, { error: "disk full" })),
        show("the value reports an error", step({ max_attempts: 2, initial_delay: "1ms" }, { error: "disk full" })),
      ],
    },
    {
      type: "try_catch",
      inputs: "the first",
      result: "`{value, error_caught}`, and for an error `error_message` and, if it is set, `error_output_path`",
      notes: [FAULT_NOTE],
      examples: [
        show("A value without an error", step({ fallback_value: 0 }, 3)),
        show("An error", step({ fallback_value: 0, error_output_path: "errors" }, { error: "disk full" })),
      ],
      failures: [
        show("there is no input", step({})),
        show("the value reports an error, which is not to be caught", step({ continue_on_error: false }, { error: "disk full" })),
      ],
    },
    {
      type: "timeout",
      inputs: "the first; its `execution_time`, if it is a duration, is compared",
      result:
        "`{value, timeout_duration, execution_time, timed_out}`, and above the limit `timeout_exceeded` and `partial_result`; a time that is not" +
        " reported counts as `0s`",
      examples: [
        show("Within the limit", step({ timeout: "1s" }, { execution_time: "800ms" })),
        show("Above it", step({ timeout: "1s", timeout_action: "continue_with_partial" }, { execution_time: "90s" })),
      ],
      failures: [
        show("`timeout` is no duration", step({ timeout: "soon" }, 3)),
        show("`timeout_action` is unknown", step({ timeout_action: "wait" }, 3)),
        show("there is no input", step({})),
        show("the time is above the limit", step({ timeout: "1s" }, { execution_time: "90s" })),
      ],
    },
  ],
};
