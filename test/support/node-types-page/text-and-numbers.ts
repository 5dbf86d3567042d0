import { show, step, type Family } from "./page-entry.ts";

export const TEXT_AND_NUMBERS: Family = {
  title: "Numbers and text",
  intro: "Types that compute.",
  entries: [
    {
      type: "operation",
      inputs: "the first two, numbers",
      result: "a number",
      examples: [
        show("A sum", step({ op: "add" }, 40, 2)),
        show("A quotient, in the order of the edges", step({ op: "divide" }, 7, 2)),
      ],
      failures: [
        show("`op` is missing", step({}, 1, 2)),
        show("there are fewer than two inputs", step({ op: "add" }, 1)),
        show("an input is no number", step({ op: "add" }, 1, "2")),
        show("the divisor is 0", step({ op: "divide" }, 1, 0)),
        show("`op` is unknown", step({ op: "power" }, 2, 3)),
        show("the result is too large for a double", step({ op: "multiply" }, 1e200, 1e200)),
      ],
    },
    {
      type: "text_operation",
      inputs: "all for `concat`, otherwise the first; texts",
      result: "a text",
      notes: [
        "`titlecase` gives each word a capital; a letter after `'` or `_` or a digit begins no word. `camelcase` joins the words, each but the" +
          " first with a capital. `inversecase` swaps capitals and small letters. All of them know Unicode. The text that `concat` or" +
          " `repeat` gives may have 10 MiB.",
      ],
      examples: [
        show("Capitals", step({ text_op: "titlecase" }, "don't stop at mother-in-law's")),
        show("One word of several", step({ text_op: "camelcase" }, "petit éléphant bleu")),
        show("Texts joined", step({ text_op: "concat", separator: ", " }, "Oslo", "Bergen")),
        show("A text repeated", step({ text_op: "repeat", repeat_n: 3 }, "ab")),
      ],
      failures: [
        show("`text_op` is missing", step({}, "a")),
        show("there is no input", step({ text_op: "uppercase" })),
        show("the input is no text", step({ text_op: "uppercase" }, 5)),
        show("`text_op` is unknown", step({ text_op: "shout" }, "a")),
        show("an input of `concat` is no text", step({ text_op: "concat" }, "a", 5)),
        show("the input of `repeat` is no text", step({ text_op: "repeat", repeat_n: 2 }, 5)),
        show("`repeat` is not told how often", step({ text_op: "repeat" }, "a")),
        show("`repeat_n` is negative", step({ text_op: "repeat", repeat_n: -1 }, "a")),
        show("the result would be too long", step({ text_op: "repeat", repeat_n: 10_485_761 }, "a")),
      ],
    },
  ],
};
