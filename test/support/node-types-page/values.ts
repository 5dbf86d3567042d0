import { show, step, stepOf, type Family } from "./page-entry.ts";

export const VALUES: Family = {
  title: "Values",
  intro: "Where values come from, and where they are shown.",
  entries: [
    {
      type: "number",
      inputs: "not looked at",
      result: "the number",
      examples: [show("A number", step({ value: 12.5 }))],
      failures: [show("`value` is missing", step({}))],
    },
    {
      type: "text_input",
      inputs: "not looked at",
      result: "the text",
      examples: [
        show("A text", step({ text: "Bergen" })),
        show(
          "A text with a placeholder",
          stepOf("context_variable", { context_name: "city", context_value: "Oslo" }),
          step({ text: "Weather in {{variable.city}}" }),
        ),
      ],
      failures: [show("`text` is missing", step({}))],
    },
    {
      type: "visualization",
      inputs: "the first",
      result: "`{mode, value}`",
      examples: [show("A value for a table", step({ mode: "table" }, [3, 5, 8]))],
      failures: [show("`mode` is missing", step({}, 3)), show("there is no input", step({ mode: "table" }))],
    },
  ],
};
