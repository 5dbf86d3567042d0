import { show, step, type Family } from "./page-entry.ts";

export const STRUCTURES: Family = {
  title: "Lists and objects",
  intro: "Types that take values apart, put them together, or count them.",
  entries: [
    {
      type: "extract",
      inputs: "the first, an object",
      result: "`{field, value}`; with `fields` an object of those that are there",
      examples: [
        show("One field", step({ field: "size" }, { name: "Fram", size: 4 })),
        show("Several fields", step({ fields: ["name", "speed"] }, { name: "Fram", size: 4 })),
      ],
      failures: [
        show("there is no input", step({ field: "size" })),
        show("the input is no object", step({ field: "size" }, [4])),
        show("the object has no such field", step({ field: "length" }, { size: 4 })),
        show("neither `field` nor `fields` names one", step({ fields: [] }, { size: 4 })),
      ],
    },
    {
      type: "transform",
      inputs: "all for `to_array`, otherwise the first",
      result: "a list or an object",
      notes: [
        "`to_array` gives the inputs as a list. `to_object` reads a list as key, value, key, value…; a key that comes again wins, a last item" +
          " without a partner is dropped. `flatten` opens the lists inside a list, at any depth. `keys` and `values` list those of an object" +
          " in the order of its keys, by their UTF-8 bytes.",
      ],
      examples: [
        show("A list of the inputs", step({ transform_type: "to_array" }, 1, "two")),
        show("An object from a list", step({ transform_type: "to_object" }, ["width", 3, "height", 4])),
        show("Lists opened", step({ transform_type: "flatten" }, [1, [2, [3]], { a: [4] }])),
        show("Keys in order", step({ transform_type: "keys" }, { b: 2, a: 1 })),
      ],
      failures: [
        show("`transform_type` is missing", step({}, [1])),
        show("there is no input", step({ transform_type: "flatten" })),
        show("`to_object` gets no list", step({ transform_type: "to_object" }, "a")),
        show("a key for `to_object` is no text", step({ transform_type: "to_object" }, ["a", 1, 2, 3])),
        show("`flatten` gets no list", step({ transform_type: "flatten" }, { a: 1 })),
        show("`keys` gets no object", step({ transform_type: "keys" }, [1])),
        show("`values` gets no object", step({ transform_type: "values" }, 1)),
        show("`transform_type` is unknown", step({ transform_type: "sort" }, [1])),
      ],
    },
    {
      type: "for_each",
      inputs: "the first, a list",
      result: "`{items, count, iterations}`, the last two the number of items",
      notes: ["It runs nothing for the items: a workflow has the nodes that it was enqueued with."],
      examples: [show("A list of two", step({ max_iterations: 10 }, ["a", "b"]))],
      failures: [
        show("`max_iterations` is negative", step({ max_iterations: -1 }, [])),
        show("there is no input", step({})),
        show("the input is no list", step({}, { a: 1 })),
        show("the list is too long", step({ max_iterations: 2 }, [1, 2, 3])),
      ],
    },
  ],
};
