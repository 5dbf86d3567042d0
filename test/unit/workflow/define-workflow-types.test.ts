import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { InvalidWorkflowError } from "../../../src/core/errors/levelflow-error.ts";
import { defineNode } from "../../../src/core/node/define-node.ts";
import { defineWorkflow, type WorkflowPayload } from "../../../src/core/workflow/define-workflow.ts";

const number = defineNode({ type: "number", data: z.object({ value: z.number() }), run: ({ data }) => data.value });
const text = defineNode({ type: "text_input", data: z.object({ text: z.string() }), run: ({ data }) => data.text });
const operation = defineNode({
  type: "operation",
  data: z.object({ op: z.enum(["add", "subtract"]) }),
  inputs: z.tuple([z.number(), z.number()]),
  run: async ({ inputs: [left, right] }) => left + right,
});
const gather = defineNode({ type: "gather", data: z.object({}), inputs: z.array(z.number()), run: ({ inputs }) => inputs });
const anything = defineNode({ type: "join", data: z.object({}), run: ({ inputs }) => inputs[0] ?? null });

interface Row {
  readonly price: number;
}
const rows = defineNode({ type: "rows", data: z.object({}), run: (): Row => ({ price: 1 }) });
const priced = defineNode({
  type: "priced",
  data: z.object({}),
  inputs: z.tuple([z.object({ price: z.number() })]),
  run: ({ inputs }) => inputs[0].price,
});

const start = defineWorkflow("typed")
  .node("a", number, { value: 1 })
  .node("b", number, { value: 2 })
  .node("t", text, { text: "x" });

/** Never run: what is in here is only compiled. */
function compileOnly(): void {
  start.node("sum", operation, { op: "add" }, { inputs: ["a", "b"], options: { attempts: 3, backoff: "fixed" } });
  start
    .node("sum", operation, { op: "add" }, { inputs: ["a", "a"] })
    .node("again", operation, { op: "add" }, { inputs: ["sum", "a"] });
  start.node("all", gather, {}, { inputs: ["a", "b", "a"] });
  start.node("none", gather, {});
  start.node("first", anything, {}, { inputs: ["t", "a"] }).node("sum", operation, { op: "add" }, { inputs: ["first", "a"] });
  start
    .node("r", rows, {})
    .node("p", priced, {}, { inputs: ["r"] })
    .node("j", anything, {}, { inputs: ["r", "p"] });

  // @ts-expect-error: no node has this id
  start.node("sum", operation, { op: "add" }, { inputs: ["a", "c"] });
  // @ts-expect-error: a node is no source of itself
  start.node("sum", operation, { op: "add" }, { inputs: ["a", "sum"] });
  // @ts-expect-error: the id is taken
  start.node("a", number, { value: 3 });
  // @ts-expect-error: the id is taken, also with inputs
  start.node("t", operation, { op: "add" }, { inputs: ["a", "b"] });
  // @ts-expect-error: data of another kind
  start.node("c", number, { value: "3" });
  // @ts-expect-error: data without what the schema needs
  start.node("c", number, {});
  // @ts-expect-error: no such operation
  start.node("sum", operation, { op: "plus" }, { inputs: ["a", "b"] });
  // @ts-expect-error: no such data field
  start.node("c", number, { value: 1, vaule: 2 });
  // @ts-expect-error: the second source gives text
  start.node("sum", operation, { op: "add" }, { inputs: ["a", "t"] });
  // @ts-expect-error: one source too few
  start.node("sum", operation, { op: "add" }, { inputs: ["a"] });
  // @ts-expect-error: one source too many
  start.node("sum", operation, { op: "add" }, { inputs: ["a", "b", "a"] });
  // @ts-expect-error: the type cannot do without inputs
  start.node("sum", operation, { op: "add" });
  // @ts-expect-error: the type cannot do without inputs, whatever the options
  start.node("sum", operation, { op: "add" }, { options: { attempts: 2 } });
  // @ts-expect-error: a list of numbers is no number
  start.node("all", gather, {}, { inputs: ["a"] }).node("sum", operation, { op: "add" }, { inputs: ["all", "a"] });
  // @ts-expect-error: no such option
  start.node("c", number, { value: 1 }, { options: { timeoutMS: 5 } });
  // @ts-expect-error: no such workflow option
  defineWorkflow("w", { timeoutMS: 5 });
}

describe("defineWorkflow, as the compiler sees it", () => {
  test("knows what each node gives", () => {
    expect(compileOnly).toBeTypeOf("function");
    expectTypeOf(start.build()).toEqualTypeOf<WorkflowPayload>();
    const built = start.node("sum", operation, { op: "add" }, { inputs: ["a", "b"] });
    expectTypeOf(built).toExtend<{ build(): WorkflowPayload }>();
  });

  test("refuses when the program runs what the compiler could not see", () => {
    const dynamic: string = ["a"][0] ?? "";
    const untyped = start as unknown as { node(id: string, definition: unknown, data: unknown, wiring?: unknown): unknown };
    expect(() => untyped.node(dynamic, number, { value: 1 })).toThrow(InvalidWorkflowError);
    expect(() => untyped.node("z", number, { value: 1 }, { inputs: ["ghost"] })).toThrow('unknown source "ghost" of node "z"');
  });
});
