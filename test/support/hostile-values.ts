import { describe, expect, test } from "vitest";
import { InvalidWorkflowError } from "../../src/index.ts";
import { testChangingHandlers } from "./hostile-values/changing-handlers.ts";
import { expectStart, ordered, probe, type OpenHostileEngine } from "./hostile-values/engine.ts";
import { testHostileReports } from "./hostile-values/reports.ts";
import {
  grown,
  HOSTILE_KEYS,
  hostileObject,
  JSON_AFTER_ALL,
  nested,
  NOT_JSON,
  revokedProxy,
  throwingFunction,
  unreadable,
} from "./hostile-values/samples.ts";
import { testHostileState } from "./hostile-values/shared-state.ts";
import { flat, ids } from "./payloads.ts";

/** Hostile values and ids, the same over every engine. */
export function testHostileValues(open: OpenHostileEngine): void {
  describe("ids and keys", () => {
    test("of any text come out as they went in, and change no prototype", async () => {
      const untouched = Reflect.ownKeys(Object.prototype);
      const { run } = await open();
      const value = hostileObject();
      const nodes = HOSTILE_KEYS.map((id) => ({ id, type: "echo", data: { own: id } }));
      const edges = HOSTILE_KEYS.map((source) => ({ source, target: "last" }));
      const last = { id: "last", type: "echo", data: value };
      const result = await run({ workflow_id: "\ud800\u0000", nodes: [...nodes, last], edges }, { input: value });
      expect(result.errors).toEqual([]);
      expect(result.workflowId).toBe("\ud800\u0000");
      const plain = (own: string) => ({ data: { own }, inputs: [], inputsBySource: {}, input: value });
      expect(Object.keys(result.nodeResults).sort()).toEqual([...HOSTILE_KEYS, "last"].sort());
      expect(Object.keys(result.nodes).sort()).toEqual([...HOSTILE_KEYS, "last"].sort());
      for (const id of HOSTILE_KEYS) {
        expect(JSON.stringify(result.nodeResults[id])).toBe(JSON.stringify(plain(id)));
        expect(result.nodes[id]?.status).toBe("completed");
      }
      const inputs = HOSTILE_KEYS.map(plain);
      const inputsBySource = Object.fromEntries(HOSTILE_KEYS.map((id, i) => [id, inputs[i]]));
      expect(JSON.stringify(result.finalOutput)).toBe(JSON.stringify({ data: value, inputs, inputsBySource, input: value }));
      expect(Reflect.ownKeys(Object.prototype)).toEqual(untouched);
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    });

    test("that are empty are refused for nodes", async () => {
      const { run } = await open();
      await expect(run(flat([{ id: "", type: "echo" }]))).rejects.toThrow("node 0: empty id");
    });
  });

  describe("a handler's result", () => {
    test.each(JSON_AFTER_ALL)("keeps %s", async (_what, value, text) => {
      const { run } = await open();
      const { errors, nodeResults, finalOutput } = await run(
        ordered(
          probe(value),
          probe(({ inputs }) => inputs[0], { id: "z" }),
        ),
      );
      expect(errors).toEqual([]);
      expect(JSON.stringify(nodeResults["n"])).toBe(text);
      expect(JSON.stringify(finalOutput)).toBe(text);
    });

    test.each([...NOT_JSON, ["undefined", () => undefined, "is undefined, not a JSON value"] as const])(
      "may not be or hold %s",
      async (_what, value, told) => {
        const { run } = await open();
        const result = await run(flat([probe(value, { options: { attempts: 3 } })]));
        const [error] = result.errors;
        expect(error).toMatchObject({ code: "INVALID_NODE_OUTPUT", nodeId: "n", attempt: 1 });
        expectStart(error?.message, `error executing node n: the result ${told}`);
        expect(error?.message.length).toBeLessThan(500);
        expect(result).toMatchObject({ status: "failed", finalOutput: null, nodes: { n: { status: "failed", attempts: 1 } } });
        expect(Object.keys(result.nodeResults)).toEqual([]);
      },
    );

    test("is what a thenable resolves to", async () => {
      const { run } = await open();
      const thenable = { then: (resolve: (value: unknown) => void) => resolve({ then: "plain" }) };
      expect((await run(flat([probe(() => thenable)]))).finalOutput).toEqual({ then: "plain" });
    });

    test("of exactly maxResultBytes is kept, of a byte more refused with both numbers", async () => {
      const { run } = await open({ maxResultBytes: 1_000 });
      const result = await run(flat([probe(() => "é".repeat(499))]));
      expect(result).toMatchObject({ status: "completed", finalOutput: "é".repeat(499) });
      const larger = await run(flat([probe(() => `${"é".repeat(499)}x`)]));
      expect(larger.errors.map(({ code, message }) => ({ code, message }))).toEqual([
        {
          code: "RESULT_TOO_LARGE",
          message: "error executing node n: the result of 1001 bytes exceeds the limit of 1000 bytes (maxResultBytes)",
        },
      ]);
      expect(Object.keys(larger.nodeResults)).toEqual([]);
    });

    test("of few objects and endless text is refused before it is written", async () => {
      const { run } = await open({ maxResultBytes: 1_000_000 });
      const { errors } = await run(flat([probe(grown)]));
      expect(errors[0]).toMatchObject({ code: "RESULT_TOO_LARGE" });
      expect(errors[0]?.message).toContain("the result exceeds the limit of 1000000 bytes (maxResultBytes)");
    });

    test("of 10 MB is kept; where the limit is lower its run fails and others go on", async () => {
      const text = "x".repeat(10 * 1024 * 1024);
      const { run } = await open();
      expect((await run(flat([probe(() => ({ text }))]))).finalOutput).toEqual({ text });
      const strict = await open({ maxResultBytes: 1024 * 1024 });
      const others = ids(5).map((id) => strict.run(flat([probe(() => id, { id })])));
      const { errors } = await strict.run(flat([probe(() => ({ text }))]));
      expect(errors.map(({ code }) => code)).toEqual(["RESULT_TOO_LARGE"]);
      expect((await Promise.all(others)).map(({ finalOutput }) => finalOutput)).toEqual(ids(5));
    });

    test("of 1 MB is read by 100 nodes", async () => {
      const { run } = await open();
      const text = "é\u0000".repeat(512 * 1024);
      const readers = ids(100).map((id) => probe(({ inputs }) => (inputs[0] === text ? id : "another"), { id }));
      const edges = readers.map(({ id }) => ({ source: "n", target: id }));
      const { nodeResults } = await run({ nodes: [probe(() => text), ...readers], edges });
      expect(ids(100).map((id) => nodeResults[id])).toEqual(ids(100));
    });
  });

  describe("a payload or a run's input", () => {
    test.each(NOT_JSON)("may not hold %s as input", async (_what, value, told) => {
      const { run } = await open();
      const error: unknown = await run(flat([probe(() => 1)]), { input: value() }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidWorkflowError);
      const { message, issues } = error as InvalidWorkflowError;
      expectStart(message, `the run's input ${told}`);
      expect(issues.map(({ path }) => path)).toEqual(["input"]);
      expectStart(issues[0]?.message, told);
    });

    test.each(JSON_AFTER_ALL)("brings %s to handlers", async (_what, value, text) => {
      const { run } = await open();
      const { finalOutput } = await run(flat([probe(({ input }) => JSON.stringify(input))]), { input: value() });
      expect(finalOutput).toBe(text);
    });

    test("is read when it is enqueued, and not again", async () => {
      const { run } = await open();
      let readCount = 0;
      const count = (): number => {
        readCount += 1;
        // Once to check it, once to write it.
        if (readCount > 2) throw new Error("read again");
        return 7;
      };
      const input = Object.defineProperty({}, "count", { enumerable: true, get: count });
      const { finalOutput } = await run(flat([probe(({ input: given }) => given)]), { input });
      expect(finalOutput).toEqual({ count: 7 });
    });

    test("may not be larger than maxPayloadBytes, each by itself", async () => {
      const { run } = await open({ maxPayloadBytes: 2_000 });
      const node = probe(({ input }) => input);
      expect((await run(flat([node]), { input: "x".repeat(1_998) })).finalOutput).toBe("x".repeat(1_998));
      await expect(run(flat([node]), { input: "x".repeat(1_999) })).rejects.toThrow(
        "the run's input of 2001 bytes exceeds the limit of 2000 bytes (maxPayloadBytes)",
      );
    });

    test.each([201, 10_000, 100_000])("of %d levels of data is refused", async (depth) => {
      const { run } = await open();
      const error: unknown = await run(flat([{ id: "n", type: "echo", data: { deep: nested(depth) } }])).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(InvalidWorkflowError);
      const [issue] = (error as InvalidWorkflowError).issues;
      expect(issue?.message).toBe("expected at most 200 lists and objects inside each other");
      expectStart(issue?.path, "nodes[0].data.deep[0][0]");
    });
  });

  describe("a handler that throws", () => {
    test.each<[what: string, thrown: unknown, told: string]>([
      ["null", null, "the handler threw what is no Error"],
      ["undefined", undefined, "the handler threw what is no Error"],
      ["a text", "just a text", "just a text"],
      ["a text with lone surrogates", "\ud800 \udc00", "\ud800 \udc00"],
      ["an error with lone surrogates and NUL", new Error("a\u0000b \udfff"), "a\u0000b \udfff"],
      ["an object whose toString throws", { toString: throwingFunction }, "the handler threw what is no Error"],
      ["an error whose toString throws", Object.assign(new Error("no"), { toString: throwingFunction }), "no"],
      [
        "an error whose message is no text",
        Object.assign(new Error("no"), { message: { a: 1 } }),
        "an error whose message cannot be read",
      ],
      [
        "an error whose properties throw",
        unreadable("stack", "cause", "message", "name"),
        "an error whose message cannot be read",
      ],
      ["a retry after what throws", unreadable("stack", "retryAfterMs"), "no"],
      ["a proxy that was revoked", revokedProxy(), "the handler threw what is no Error"],
    ])("%s fails its run; others go on", async (_what, thrown, told) => {
      const { run } = await open();
      const fail = (): never => {
        throw thrown;
      };
      const failing = run(flat([probe(fail)]));
      const other = run(flat([probe(() => "fine")]));
      const { status, errors, nodes } = await failing;
      expect({ status, node: nodes["n"] }).toMatchObject({ status: "failed", node: { status: "failed", attempts: 1 } });
      expect(errors.map(({ code }) => code)).toEqual(["NODE_FAILED"]);
      expect(errors[0]?.message.startsWith(`error executing node n: ${told}`)).toBe(true);
      expect((await other).finalOutput).toBe("fine");
    });
  });

  test("a handler's message is kept up to 10,000 characters", async () => {
    const { run } = await open();
    const { errors } = await run(flat([probe(() => Promise.reject(new Error("long ".repeat(2 * 1024 * 1024))))]));
    expect(errors[0]?.message).toHaveLength("error executing node n: ".length + 10_001);
  });

  test.each(["schema-throws", "schema-is-async"])("%s: it fails its node, once", async (type) => {
    const { run } = await open();
    const { errors } = await run(flat([{ id: "n", type }]));
    expect(errors).toMatchObject([{ code: "INVALID_NODE_DATA", attempt: 1 }]);
    expect(errors[0]?.message).toContain("error executing node n: the schema of data cannot be applied: ");
  });

  testChangingHandlers(open);
  testHostileState(open);
  testHostileReports(open);
}
