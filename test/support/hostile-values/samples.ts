import { RetryableError, type JsonObject, type JsonValue } from "../../../src/index.ts";
import { HOSTILE_TEXTS } from "../hostile-texts.ts";

export const HOSTILE_KEYS = [
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
export function hostileObject(): JsonObject {
  const keys = ["", ...HOSTILE_KEYS];
  const inner = Object.fromEntries(keys.map((key, i) => [key, i]));
  return Object.fromEntries(keys.map((key) => [key, { list: [{ ...inner, polluted: key }] }]));
}

/** Lists inside each other, built without recursion. */
export function nested(depth: number): JsonValue {
  let value: JsonValue = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
}

export function circle(): unknown {
  const around: Record<string, unknown> = { a: 1 };
  around["rows"] = [{ back: around }];
  return around;
}

/** Of few objects, and of a text that no computer holds. */
export function grown(): unknown {
  let value: unknown = ["x"];
  for (let level = 0; level < 80; level += 1) value = [value, value];
  return value;
}

export function throwing(thrown: unknown): object {
  const fail = (): never => {
    throw thrown;
  };
  return Object.defineProperty({ rows: [{ fine: 1 }] }, "bad", { enumerable: true, get: fail });
}

export function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** An error of which some properties throw when they are read. */
export function unreadable(...keys: readonly string[]): Error {
  const error = new RetryableError("no");
  for (const key of keys) Object.defineProperty(error, key, { get: throwingFunction });
  return error;
}

export const revoked = revokedProxy();
const trap = new Proxy({ a: 1 }, { ownKeys: () => ["a", 5] as never });

/** What is not JSON, and how the message about it ends, behind "the result" or "the run's input". */
export const NOT_JSON: readonly (readonly [what: string, value: () => unknown, told: string])[] = [
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

export function throwingFunction(): never {
  throw new Error("boom");
}

/** How what JSON can say comes out. */
export const JSON_AFTER_ALL: readonly (readonly [what: string, value: () => unknown, text: string])[] = [
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
