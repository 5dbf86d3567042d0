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

  test("reads what it is given before it returns", async () => {
    const run = await failedRun();
    const [payload, input] = [payloadOf({ fine: true }), { note: "given" }];
    const retrying = run.retry({ payload, input });
    payload.nodes[3]!.data = { fine: false };
    input.note = "changed";
    await retrying;
    expect((await run.result()).finalOutput).toEqual({ input: { note: "given" } });
  });

  test("may bring options, which override the run's or the payload's", async () => {
    const run = await engine.producer.enqueue(payloadOf(), { sequential: true, timeoutMs: 60_000 });
    await run.result();
    await run.retry({ maxConcurrency: 1 });
    await run.result();
    expect((await run.workflow()).options).toEqual({ sequential: true, timeoutMs: 60_000, maxConcurrency: 1 });
    await run.retry({ payload: { ...payloadOf({ fine: true }), options: { maxConcurrency: 3 } }, sequential: false });
    expect((await run.result()).status).toBe("completed");
    expect((await run.workflow()).options).toEqual({ maxConcurrency: 3, sequential: false });
  });

  test.each([
    ["an unknown option", { worflow: {} }, 'unknown option "worflow"'],
    ["a wrong one", { timeoutMs: 0 }, "option timeoutMs: "],
    ["null", null, "the options are not an object"],
    ["a text", "again", "the options are not an object"],
  ])("refuses %s", async (_what, options, told) => {
    const run = await failedRun();
    await expect(run.retry(options as object)).rejects.toMatchObject({
      code: "INVALID_SETTING",
      message: expect.stringContaining(told) as string,
    });
    expect(await run.status()).toBe("failed");
  });

  test("is decided on by a definition that no caller has changed", async () => {
    const run = await failedRun();
    const workflow = (await run.workflow()) as unknown as { nodes: { id: string; data: object }[] };
    workflow.nodes[0]!.data = { value: 7 };
    workflow.nodes.push({ id: "more", data: {} });
    expect(Object.keys((await run.result()).nodes)).not.toContain("more");
    await run.retry({ payload: payloadOf({ fine: true }) });
    expect((await run.result()).status).toBe("completed");
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
