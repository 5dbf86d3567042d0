import { z } from "zod";
import { describe, expect, test } from "vitest";
import { InjectedFault, withFaults } from "../../support/faults.ts";
import { flat } from "../../support/payloads.ts";
import { benchFor, define, nodeOf, resultOf, type Handler } from "../../support/probe-bench.ts";
import { createWorkerBench } from "../../support/worker-bench.ts";

/** A promise for a handler to resolve once it runs. */
function gate(): { readonly began: Promise<void>; readonly begin: () => void } {
  let begin = (): void => undefined;
  const began = new Promise<void>((resolve) => (begin = resolve));
  return { began, begin: () => begin() };
}

describe("executeNode", () => {
  test("commits what the handler returns", async () => {
    const bench = await benchFor(() => ({ rows: [1, 2] }));
    expect(await bench.execute(await bench.claim())).toMatchObject({ kind: "completed-level", facts: { epoch: 1 } });
    expect(await resultOf(bench)).toEqual({ rows: [1, 2] });
    expect(await nodeOf(bench)).toMatchObject({ status: "completed", attempt: 1 });
  });

  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  test.each<[string, unknown, string]>([
    ["NaN", NaN, "NaN"],
    ["an endless number deep inside", { a: [{ b: -Infinity }] }, "-Infinity"],
    ["undefined", undefined, "undefined"],
    ["undefined in an array", [1, undefined], "undefined"],
    ["a function", () => 1, "function"],
    ["a function in an object", { f: () => 1 }, "function"],
    ["a symbol", Symbol("s"), "symbol"],
    ["a big integer", 10n, "BigInt"],
    ["a big integer in an object", { n: 10n }, "BigInt"],
    ["a cycle", cycle, "circular"],
  ])("fails the node for good if it returns %s", async (_what, output, part) => {
    const bench = await benchFor(() => output, { options: { attempts: 3 } });
    expect((await bench.execute(await bench.claim())).kind).toBe("failed-run");
    const { status, error } = await nodeOf(bench);
    expect(status).toBe("failed");
    expect(error).toMatchObject({ code: "INVALID_NODE_OUTPUT", nodeId: "n", attempt: 1 });
    expect((error as { message: string }).message).toContain(part);
  });

  test("leaves out properties that are undefined and keeps what JSON makes of dates", async () => {
    const bench = await benchFor(() => ({ gone: undefined, at: new Date(0) }));
    await bench.execute(await bench.claim());
    expect(await resultOf(bench)).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  });

  test("fails a result that is too large, counted in bytes", async () => {
    const settings = { maxResultBytes: 12 };
    const fits = await benchFor(() => "é".repeat(5), { settings });
    expect((await fits.execute(await fits.claim())).kind).toBe("completed-level");
    const large = await benchFor(() => "é".repeat(6), { settings });
    expect((await large.execute(await large.claim())).kind).toBe("failed-run");
    expect((await nodeOf(large)).error).toMatchObject({ code: "RESULT_TOO_LARGE" });
  });

  test.each([
    ["INVALID_NODE_DATA", { data: z.object({ n: z.number() }) }],
    ["INVALID_NODE_INPUT", { inputs: z.array(z.any()).min(1) }],
    ["INVALID_NODE_OUTPUT", { output: z.string() }],
  ])("fails what a schema refuses as %s, without a retry", async (code, definition) => {
    const bench = await benchFor(() => 1, { definition, options: { attempts: 3 } });
    expect((await bench.execute(await bench.claim())).kind).toBe("failed-run");
    expect((await nodeOf(bench)).error).toMatchObject({ code, attempt: 1 });
  });

  test("has a failed attempt retried while one is left", async () => {
    const bench = await benchFor(
      () => {
        throw new Error("no");
      },
      { options: { attempts: 2 } },
    );
    expect(await bench.execute(await bench.claim())).toEqual({ kind: "settled" });
    expect(await nodeOf(bench)).toMatchObject({
      status: "pending",
      attempt: 1,
      error: { message: "error executing node n: no" },
    });
  });

  test.each([["a text"], [undefined], [null], [42], [{ message: "an object" }]])(
    "fails a node that throws %s",
    async (thrown) => {
      const bench = await benchFor(() => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- handlers may throw anything
        throw thrown;
      });
      expect((await bench.execute(await bench.claim())).kind).toBe("failed-run");
      expect((await nodeOf(bench)).error).toMatchObject({ code: "NODE_FAILED" });
    },
  );

  test("refuses the result of a claim that has moved", async () => {
    const bench = await benchFor(async () => {
      await bench.claim({ token: "successor", takeOver: true });
      return "late";
    });
    expect(await bench.execute(await bench.claim())).toEqual({ kind: "settled" });
    expect(await resultOf(bench)).toBeUndefined();
    expect((await nodeOf(bench)).status).toBe("running");
  });

  test("refuses the result of a run that is being stopped, whose node ends as cancelled", async () => {
    const bench = await benchFor(async () => {
      await bench.store.cancelRun({ runId: bench.runId, graceMs: 1_000 });
      return "late";
    });
    await bench.execute(await bench.claim());
    expect(await resultOf(bench)).toBeUndefined();
    expect((await nodeOf(bench)).status).toBe("cancelled");
  });

  test("fails a node that its process has died with too often, without running it", async () => {
    let runs = 0;
    const bench = await benchFor(() => (runs += 1));
    await bench.claim({ token: "first" });
    await bench.claim({ token: "second", takeOver: true });
    const claimed = await bench.claim({ token: "third", takeOver: true });
    expect(claimed.crashCount).toBe(2);
    expect((await bench.execute(claimed, { token: "third" })).kind).toBe("failed-run");
    expect((await nodeOf(bench)).error).toMatchObject({ code: "NODE_CRASHED" });
    expect(runs).toBe(0);
  });

  test("hands a node of an unknown type back while it may still be served, then fails it", async () => {
    const payload = flat([{ id: "n", type: "elsewhere" }]);
    const patient = await createWorkerBench({ payload, nodes: [], settings: { unknownTypeGraceMs: 60_000 } });
    expect((await patient.execute(await patient.claim())).kind).toBe("hand-back");
    expect(await nodeOf(patient)).toMatchObject({ status: "pending" });
    const strict = await createWorkerBench({ payload, nodes: [] });
    expect((await strict.execute(await strict.claim())).kind).toBe("failed-run");
    expect((await nodeOf(strict)).error).toMatchObject({
      code: "UNKNOWN_NODE_TYPE",
      message: "error executing node n: unknown node type: elsewhere",
    });
  });

  test("gives up a handler that does not heed its signal, after the grace", async () => {
    const { began, begin } = gate();
    const bench = await benchFor(() => {
      begin();
      return new Promise(() => undefined);
    });
    const ended = bench.execute(await bench.claim());
    await began;
    bench.context.active.abortAll("worker-stopping");
    expect(await ended).toEqual({ kind: "settled" });
    expect(await nodeOf(bench)).toMatchObject({ status: "pending" });
    expect(await bench.claim({ token: "next" })).toMatchObject({ attempt: 1, crashCount: 0 });
  });

  test("tells a handler that fails for a reason of its own while it is stopped from one that was stopped", async () => {
    const { began, begin } = gate();
    const failing: Handler = ({ signal }) => {
      begin();
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("could not clean up"))));
    };
    const bench = await benchFor(failing);
    const ended = bench.execute(await bench.claim());
    await began;
    await bench.store.cancelRun({ runId: bench.runId, graceMs: 1_000 });
    bench.context.active.heed({ runId: bench.runId });
    await ended;
    expect(await nodeOf(bench)).toMatchObject({
      status: "failed",
      error: { message: "error executing node n: could not clean up" },
    });
  });

  test("throws on what the machinery meets, and leaves the claim to whoever runs the lane again", async () => {
    const wrap = <T extends object>(store: T): T => withFaults(store, { random: () => 0, rate: 1, methods: ["commitNode"] });
    const bench = await benchFor(() => 1, { wrap });
    await expect(bench.execute(await bench.claim())).rejects.toThrow(InjectedFault);
    expect((await nodeOf(bench)).status).toBe("running");
    expect(await bench.claim({ token: "next", takeOver: true })).toMatchObject({ nodeId: "n", attempt: 1, crashCount: 1 });
  });
});

describe("placeholders", () => {
  test("are expanded in the fields that the type names, and in no other", async () => {
    const payload = flat([
      { id: "n", type: "probe", data: { text: "{{variable.who}} and {{const.who}}", raw: "{{variable.who}}", deep: [1] } },
    ]);
    const bench = await createWorkerBench({
      payload,
      nodes: [define(({ data }) => data, { placeholders: ["text"] })],
      ordered: ["n"],
      wrap: (store) => ({
        ...withFaults(store, { random: () => 1, rate: 0, methods: [] }),
        loadRun: (params) => store.loadRun(params),
        loadWorkflow: (params) => store.loadWorkflow(params),
        readInput: (params) => store.readInput(params),
        readInputs: (params) => store.readInputs(params),
        commitNode: (params) => store.commitNode(params),
        readState: async ({ keys }) => keys.map((key) => ({ kind: "present", value: `<${key}>` })),
      }),
    });
    await bench.execute(await bench.claim());
    expect(await resultOf(bench)).toEqual({
      text: "<context.variable:who> and <context.const:who>",
      raw: "{{variable.who}}",
      deep: [1],
    });
  });
});
