import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { defineNode, type AnyNodeDefinition, type RunHandle } from "../../src/index.ts";
import { startEngine, type TestEngine } from "../support/engine.ts";

const strict = defineNode({
  type: "strict",
  data: z.object({ fine: z.boolean() }),
  run: ({ data, input }) => {
    if (!data.fine) throw new Error("not fine");
    return { input: input ?? null };
  },
}) as unknown as AnyNodeDefinition;

/** A number, its double, and a node that fails unless it is `fine`. */
function payloadOf({ value = 1, fine = false, source = "a", extra = false } = {}) {
  return {
    nodes: [
      { id: "a", data: { value } },
      { id: "b", data: { value: 2 } },
      { id: "sum", data: { op: "add" } },
      { id: "strict", type: "strict", data: { fine } },
      ...(extra ? [{ id: "extra", data: { text: "{{input.note}}" } }] : []),
    ],
    edges: [
      { source, target: "sum" },
      { source: "b", target: "sum" },
      { source: "sum", target: "strict" },
      ...(extra ? [{ source: "strict", target: "extra" }] : []),
    ],
  };
}

describe("a retry", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine({ nodes: [strict] });
  });
  afterAll(() => engine.stop());

  async function failedRun(input?: string): Promise<RunHandle> {
    const run = await engine.producer.enqueue(payloadOf(), input === undefined ? {} : { input });
    expect(await run.result()).toMatchObject({ status: "failed", nodeResults: { a: 1, b: 2, sum: 3 } });
    return run;
  }

  test("may bring another version of the workflow, with nodes that are new and mended", async () => {
    const run = await failedRun();
    await run.retry({ payload: payloadOf({ fine: true, extra: true }), input: { note: "hello" } });
    const result = await run.result();
    expect(result).toMatchObject({ status: "completed", finalOutput: "hello", errors: [] });
    expect({ ...result.nodeResults }).toEqual({ a: 1, b: 2, sum: 3, strict: { input: { note: "hello" } }, extra: "hello" });
    expect(result.nodes["sum"]?.attempts).toBe(1);
  });

  test("may bring another input alone", async () => {
    const run = await failedRun("old");
    await run.retry({ input: "new" });
    expect((await run.result()).errors.map(({ message }) => message)).toEqual(["error executing node strict: not fine"]);
    await run.retry({ payload: payloadOf({ fine: true }) });
    expect((await run.result()).finalOutput).toEqual({ input: "new" });
  });

  test.each([
    ["data", payloadOf({ value: 5 }), 'nodes[0]: node "a" has a result, so it must stay as it was: its type or data differ'],
    ["inputs", payloadOf({ source: "b" }), 'nodes[2]: node "sum" has a result, so it must stay as it was: its inputs differ'],
    ["nothing left", { nodes: [] }, 'nodes: node "a" has a result, so it must stay as it was: it is missing'],
  ])("refuses to change the %s of what has a result", async (_what, payload, told) => {
    const run = await failedRun();
    await expect(run.retry({ payload })).rejects.toMatchObject({
      code: "INVALID_WORKFLOW",
      message: expect.stringContaining(told) as string,
    });
    expect(await run.status()).toBe("failed");
  });

  test("refuses a payload that is at fault, and a run that has not failed", async () => {
    const run = await failedRun();
    await expect(run.retry({ payload: { nodes: [{ id: "" }] } })).rejects.toMatchObject({ code: "INVALID_WORKFLOW" });
    const fine = await engine.producer.enqueue(payloadOf({ fine: true }));
    await fine.result();
    await expect(fine.retry({ input: 1 })).rejects.toMatchObject({ code: "RUN_STATE_CONFLICT" });
  });
});
