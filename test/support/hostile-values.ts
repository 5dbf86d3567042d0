import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { defineNode, InvalidWorkflowError, RetryableError, type AnyNodeDefinition, type JsonObject } from "../../src/index.ts";
import type { JsonValue, NodeContext, RunEvent, RunResult, SettingsInput } from "../../src/index.ts";
import { HOSTILE_TEXTS } from "./hostile-texts.ts";
import { flat, ids, type Payload, type PayloadNode } from "./payloads.ts";

/** An engine that takes whole runs: in this process alone, or over Redis. */
export interface HostileEngine {
  readonly run: (payload: unknown, options?: { readonly input?: unknown }) => Promise<RunResult>;
  /** A run's result, and what happened on the way. */
  readonly watch: (payload: unknown) => Promise<{ readonly result: RunResult; readonly events: readonly RunEvent[] }>;
}

/** Opens an engine with the nodes of this file. The one without settings of its own may be shared. */
export type OpenHostileEngine = (settings?: SettingsInput) => Promise<HostileEngine>;

type Handler = (context: NodeContext) => unknown;

const handlers = new Map<string, Handler>();

/** `probe` does what a test has it do; `ordered-probe` may use shared state; `echo` answers all that it is given. */
export const hostileNodes: readonly AnyNodeDefinition[] = [
  ...[false, true].map((stateful) =>
    defineNode({
      type: stateful ? "ordered-probe" : "probe",
      data: z.looseObject({ does: z.string() }),
      stateful,
      run: (context) => handlers.get(context.data.does)?.(context),
    }),
  ),
  defineNode({
    type: "echo",
    data: z.custom<JsonObject>(),
    run: ({ data, inputs, inputsBySource, input }) => ({ data, inputs, inputsBySource, input: input ?? null }),
  }),
  defineNode({
    type: "schema-throws",
    data: z.any().transform(() => {
      throw new Error("no schema");
    }),
    run: () => null,
  }),
  defineNode({ type: "schema-is-async", data: z.any().refine(async () => Promise.resolve(true)), run: () => null }),
];

/** A node that runs `handler`, for the time of a test. */
function probe(handler: Handler, { id = "n", type = "probe", options = {} } = {}): PayloadNode {
  const does = `handler ${String(handlers.size)} of ${id}`;
  handlers.set(does, handler);
  onTestFinished(() => void handlers.delete(does));
  return { id, type, data: { does }, options };
}

const HOSTILE_KEYS = [
  ...HOSTILE_TEXTS,
  "prototype",
  "hasOwnProperty",
  "valueOf",
  "then",
  "catch",
  "toJSON",
  "length",
  "x".repeat(10_240),
];

/** An object with every hostile key, the empty one too, each with an object of the same keys below it. */
function hostileObject(): JsonObject {
  const keys = ["", ...HOSTILE_KEYS];
  const inner = Object.fromEntries(keys.map((key, i) => [key, i]));
  return Object.fromEntries(keys.map((key) => [key, { list: [{ ...inner, polluted: key }] }]));
}

/** Lists inside each other, built without recursion. */
function nested(depth: number): JsonValue {
  let value: JsonValue = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
}

function circle(): unknown {
  const around: Record<string, unknown> = { a: 1 };
  around["rows"] = [{ back: around }];
  return around;
}

/** Of few objects, and of a text that no computer holds. */
function grown(): unknown {
  let value: unknown = ["x"];
  for (let level = 0; level < 80; level += 1) value = [value, value];
  return value;
}

function throwing(thrown: unknown): object {
  const fail = (): never => {
    throw thrown;
  };
  return Object.defineProperty({ rows: [{ fine: 1 }] }, "bad", { enumerable: true, get: fail });
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** An error of which some properties throw when they are read. */
function unreadable(...keys: readonly string[]): Error {
  const error = new RetryableError("no");
  for (const key of keys) Object.defineProperty(error, key, { get: throwingFunction });
  return error;
}

const revoked = revokedProxy();
const trap = new Proxy({ a: 1 }, { ownKeys: () => ["a", 5] as never });

/** What is not JSON, and how the message about it ends, behind "the result" or "the run's input". */
const NOT_JSON: readonly (readonly [what: string, value: () => unknown, told: string])[] = [
  ["NaN", () => NaN, "is NaN, not a finite number"],
  ["Infinity deep inside", () => ({ rows: [{ "a b": -Infinity }] }), 'holds -Infinity, not a finite number, at rows[0]["a b"]'],
  ["a BigInt", () => ({ n: 10n }), "holds a BigInt, not a JSON value, at n"],
  ["undefined in a list", () => ({ list: [1, undefined] }), "holds undefined, not a JSON value, at list[1]"],
  ["a sparse list", () => Object.assign([1], { 2: 3 }), "holds undefined, not a JSON value, at [1]"],
  [
    "a list with a length only",
    () => ({ list: new Array<number>(4_000_000_000) }),
    "holds undefined, not a JSON value, at list[0]",
  ],
  ["a function", () => ({ f: () => 1 }), "holds a function, not a JSON value, at f"],
  ["a symbol", () => [Symbol("s")], "holds a symbol, not a JSON value, at [0]"],
  ["a Map", () => ({ m: new Map([["a", 1]]) }), "holds an instance of Map, not a JSON value, at m"],
  ["a Set", () => new Set([1]), "is an instance of Set, not a JSON value"],
  ["bytes", () => ({ b: [new Uint8Array(3)] }), "holds an instance of Uint8Array, not a JSON value, at b[0]"],
  ["a buffer of bytes", () => ({ b: new ArrayBuffer(3) }), "holds an instance of ArrayBuffer, not a JSON value, at b"],
  ["a promise inside", () => ({ later: Promise.resolve(1) }), "holds an instance of Promise, not a JSON value, at later"],
  ["an error", () => ({ e: new TypeError("x") }), "holds an instance of Error, not a JSON value, at e"],
  ["a pattern", () => ({ r: /x/ }), "holds an instance of RegExp, not a JSON value, at r"],
  ["a boxed number", () => [Object(NaN) as unknown], "holds an instance of Number, not a JSON value, at [0]"],
  ["an invalid date", () => ({ at: new Date(NaN) }), "holds an invalid Date, not a JSON value, at at"],
  ["a circle", circle, "holds a circular reference at rows[0].back"],
  ["1001 lists inside each other", () => nested(1_001), "holds more than 1000 lists and objects inside each other at [0][0]"],
  ["lists without end", () => nested(100_000), "holds more than 1000 lists and objects inside each other at [0][0]"],
  ["a getter that throws", () => ({ deep: throwing(new Error("boom")) }), "cannot be read at deep.bad: boom"],
  ["a getter that throws no error", () => throwing(Object.create(null)), "cannot be read at bad: it throws what is no Error"],
  ["a toJSON that throws", () => [{ toJSON: throwingFunction }], "cannot be read at [0]: boom"],
  [
    "a toJSON that answers what is no JSON",
    () => ({ a: { toJSON: () => ({ b: [NaN] }) } }),
    "holds NaN, not a finite number, at a.b[0]",
  ],
  ["a proxy that breaks the rules", () => ({ p: trap }), "cannot be read at p: 5 is not a valid property name"],
  ["a proxy that was revoked", () => ({ p: revoked }), "cannot be read at p: Cannot"],
];

function throwingFunction(): never {
  throw new Error("boom");
}

/** How what JSON can say comes out. */
const JSON_AFTER_ALL: readonly (readonly [what: string, value: () => unknown, text: string])[] = [
  ["-0", () => [-0], "[0]"],
  ["a property that is undefined", () => ({ gone: undefined, a: 1 }), '{"a":1}'],
  ["a date", () => ({ at: new Date(0) }), '{"at":"1970-01-01T00:00:00.000Z"}'],
  ["a toJSON method", () => ({ a: { toJSON: () => ({ b: 1 }) } }), '{"a":{"b":1}}'],
  ["a toJSON method that leaves its property out", () => ({ a: { toJSON: () => undefined }, b: 1 }), '{"b":1}'],
  ["a toJSON key", () => ({ toJSON: "plain", then: { then: 1 } }), '{"toJSON":"plain","then":{"then":1}}'],
  ["a then key", () => ({ then: "plain" }), '{"then":"plain"}'],
  [
    "an instance of a class",
    () =>
      new (class Row {
        readonly id = 1;
      })(),
    '{"id":1}',
  ],
  ["a proxy", () => new Proxy({ a: [1] }, {}), '{"a":[1]}'],
  ["an object twice", () => ((one) => [one, one])({ a: 1 }), '[{"a":1},{"a":1}]'],
  ["1000 lists inside each other", () => nested(1_000), `${"[".repeat(1_000)}${"]".repeat(1_000)}`],
  ["lone surrogates", () => ({ "\ud800": "\udc00 \ud83d" }), '{"\\ud800":"\\udc00 \\ud83d"}'],
  ["a NUL character", () => "\u0000", '"\\u0000"'],
];

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

  describe("shared state", () => {
    test("keeps keys and values of any text, and has none but its own", async () => {
      const { run } = await open();
      const value = hostileObject();
      const write: Handler = ({ state }) => {
        for (const key of HOSTILE_KEYS) state.set(key, { [key]: value });
        state.set("", "empty");
        return null;
      };
      const read: Handler = async ({ state }) => {
        const values = await Promise.all(["", ...HOSTILE_KEYS, "valueOf ", "__defineGetter__"].map((key) => state.get(key)));
        return values.map((one) => one ?? null);
      };
      const payload = ordered(probe(write, { type: "ordered-probe" }), probe(read, { id: "z", type: "ordered-probe" }));
      const { errors, finalOutput } = await run(payload);
      expect(errors).toEqual([]);
      const expected = ["empty", ...HOSTILE_KEYS.map((key) => ({ [key]: value })), null, null];
      expect(JSON.stringify(finalOutput)).toBe(JSON.stringify(expected));
    });

    test.each(NOT_JSON.filter(([what]) => what !== "lists without end"))(
      "refuses %s as a value, and names key and place",
      async (_what, value, told) => {
        const { run } = await open();
        const write: Handler = ({ state }) => {
          state.set("kept", 1);
          state.set("k\ud800", value() as JsonValue);
          return null;
        };
        const { errors } = await run(flat([probe(write, { type: "ordered-probe" })]));
        expect(errors[0]).toMatchObject({ code: "NODE_FAILED" });
        expectStart(errors[0]?.message, `error executing node n: state.set("k\\ud800"): the value ${told}`);
      },
    );

    test.each([[5], [null], [undefined], [Symbol("k")], [{}]])("refuses %s as a key", async (key) => {
      const { run } = await open();
      for (const use of ["get", "entry", "set", "delete"] as const) {
        const { errors } = await run(flat([probe(({ state }) => state[use](key as never, 1), { type: "ordered-probe" })]));
        expect(errors[0]).toMatchObject({ code: "NODE_FAILED" });
        expect(errors[0]?.message).toContain("state: a key must be a text");
      }
    });

    test("of a refused attempt leaves nothing behind", async () => {
      const { run } = await open({ maxResultBytes: 1_000 });
      const seen: unknown[] = [];
      const write: Handler = async ({ state, attempt }) => {
        seen.push(await state.get("k"));
        state.set("k", attempt);
        if (attempt === 1) throw new Error("once more");
        return attempt === 2 ? NaN : 1;
      };
      const result = await run(
        flat([probe(write, { type: "ordered-probe", options: { attempts: 3, backoff: { type: "fixed", delayMs: 1 } } })]),
      );
      expect(result.errors).toMatchObject([{ code: "INVALID_NODE_OUTPUT", attempt: 2 }]);
      expect(seen).toEqual([undefined, undefined]);
    });

    test("takes no more in one attempt than a result may", async () => {
      const { run } = await open({ maxResultBytes: 1_000 });
      const writes =
        (lengths: readonly number[]): Handler =>
        ({ state }) => {
          for (const [i, length] of lengths.entries()) state.set(`k${String(i)}`, "x".repeat(length));
          return null;
        };
      expect((await run(flat([probe(writes([496, 496]), { type: "ordered-probe" })]))).status).toBe("completed");
      const { errors } = await run(flat([probe(writes([496, 497]), { type: "ordered-probe" })]));
      expect(errors).toMatchObject([{ code: "RESULT_TOO_LARGE" }]);
      expect(errors[0]?.message).toContain(
        "the changes of shared state of 1001 bytes exceed the limit of 1000 bytes (maxResultBytes)",
      );
    });

    test("takes 10 MB", async () => {
      const { run } = await open();
      const text = "x".repeat(10 * 1024 * 1024);
      const write: Handler = ({ state }) => {
        state.set("k", { text });
        return null;
      };
      const read: Handler = async ({ state }) => ((await state.get("k")) as JsonObject)["text"] === text;
      const payload = ordered(probe(write, { type: "ordered-probe" }), probe(read, { id: "z", type: "ordered-probe" }));
      expect((await run(payload)).finalOutput).toBe(true);
    });
  });

  test("progress of any kind fails no node, and is bounded", async () => {
    const { watch } = await open();
    const fractions = [0.5, NaN, Infinity, -1, 10n, "0.5", null, undefined, {}, Symbol("f")] as readonly number[];
    const notes = ["\ud800", 5, { toString: throwingFunction }, Symbol("n"), null] as readonly string[];
    const note = "😀".repeat(5 * 1024 * 1024);
    const report: Handler = ({ progress }) => {
      for (const fraction of fractions) for (const odd of notes) progress(fraction, odd);
      for (let i = 0; i < 10_000; i += 1) progress(7, note);
      return "done";
    };
    // A Redis that sees the script for the first time asks for its text; what is told within that moment of the end is lost.
    await watch(flat([probe(({ progress }) => progress(1))]));
    const { result, events } = await watch(flat([probe(report)]));
    expect(result.finalOutput).toBe("done");
    const told = events.filter(({ type }) => type === "node-progress");
    expect(told[0]).toMatchObject({ nodeId: "n", fraction: 0.5, message: "\ud800" });
    expect(told.find(({ fraction }) => fraction === 1)?.message).toBe("😀".repeat(250));
    expect(told.length).toBeLessThan(100);
  });

  test("log fields of any kind fail no node without a logger", async () => {
    const { run } = await open();
    const write: Handler = ({ log }) => {
      const fields = [circle(), { n: 10n }, { runId: 5 }, throwing(new Error("boom")), null, 5, Symbol("s"), revoked];
      for (const field of fields) log.info("\ud800", field as Record<string, unknown>);
      for (const message of [null, undefined, {}, 5]) log.error(message as string);
      return "done";
    };
    expect((await run(flat([probe(write)]))).finalOutput).toBe("done");
  });
}

/** One node after the other. */
function ordered(first: PayloadNode, second: PayloadNode): Payload {
  return { nodes: [first, second], edges: [{ source: first.id, target: second.id }] };
}

function expectStart(text: string | undefined, start: string): void {
  expect(text?.slice(0, start.length)).toBe(start);
}
