import { show, step, stepOf, type TypeEntry } from "./page-entry.ts";

const CONVERSIONS = [
  "Each entry of `context_values` names the type that its value is converted to:",
  `| Type           | Takes                                                                    | Gives                                      |
| -------------- | ------------------------------------------------------------------------ | ------------------------------------------ |
| \`string\`       | anything                                                                 | text                                       |
| \`number\`       | a number, or a decimal number as text                                  | a number                                   |
| \`boolean\`      | a boolean; a number (0 is false); \`1 t T TRUE true True\` and their opposites \`0 f F FALSE false False\` | a boolean |
| \`time_string\`  | a time such as \`2026-03-01T14:05:09Z\`, with an offset or \`Z\`             | the same text                              |
| \`epoch_second\` | seconds since 1970, as a number or as text                               | a time in UTC, such as \`2026-03-01T14:05:09Z\` |
| \`epoch_ms\`     | milliseconds since 1970, as a number or as text                          | the same                                   |
| \`null\`         | anything                                                                 | \`null\`                                     |`,
];

/** The types that define values for placeholders. */
export const CONTEXT_TYPES: readonly TypeEntry[] = [
  contextEntry("context_variable", "variable", "variable", "variables"),
  contextEntry("context_constant", "const", "constant", "constants"),
];

/** The two context types differ in names only. */
function contextEntry(type: string, space: string, noun: string, list: string): TypeEntry {
  return {
    type,
    inputs: "not looked at",
    result: `\`{type, name, value}\`; with \`context_values\` \`{type, ${list}}\``,
    notes: [
      `See [placeholders](payload.md#placeholders) for where \`{{${space}.NAME}}\` is expanded. A later definition of a ${noun} replaces an earlier` +
        " one. A node of this type gives a run's final output only if every node without outgoing edges is a context node.",
      ...(type === "context_variable"
        ? CONVERSIONS
        : [`Entries are converted as those of [\`context_variable\`](#context_variable).`]),
    ],
    examples: [
      show(
        "One value, and a node that uses it",
        step({ context_name: "port", context_value: "Oslo" }),
        stepOf("text_input", { text: `From {{${space}.port}}` }),
      ),
      show("A list, converted", step({ context_values: [{ name: "start", type: "epoch_second", value: 86_400 }] })),
    ],
    failures: [
      show("nothing is defined", step({})),
      show("`context_value` is missing or `null`", step({ context_name: "port", context_value: null })),
      show("a value cannot be converted", step({ context_values: [{ name: "limit", type: "number", value: "many" }] })),
    ],
  };
}
