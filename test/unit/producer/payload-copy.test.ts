import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { copyPayload, isSamePayload } from "../../../src/producer/payload-copy.ts";

const MAX_SIZE = 10_000;

describe("a copy of a payload", () => {
  test("is the same as what it was made of, and as nothing else", () => {
    const data = fc.jsonValue({ maxDepth: 3 }).filter((value) => !hasMinusZero(value));
    fc.assert(
      fc.property(data, data, (one, other) => {
        const copy = copyPayload(one, MAX_SIZE)!;
        expect(isSamePayload(structuredClone(one), copy)).toBe(true);
        expect(copyPayload(structuredClone(one), MAX_SIZE)!.mark).toBe(copy.mark);
        const text = JSON.stringify(one);
        expect(isSamePayload(other, copy)).toBe(JSON.stringify(other) === text);
      }),
    );
  });

  test("tells 0 from minus zero", () => {
    expect(isSamePayload({ a: [-0] }, copyPayload({ a: [0] }, MAX_SIZE)!)).toBe(false);
    expect(isSamePayload({ a: -0 }, copyPayload({ a: 0 }, MAX_SIZE)!)).toBe(false);
  });

  test.each([
    ["an empty text behind", { a: 1, b: "" }, { a: 2, b: "" }],
    ["dates of one length", { at: "2026-11-30T00:00:00Z" }, { at: "2026-11-29T00:00:00Z" }],
    ["fractions", { a: 0.1 }, { a: 0.2 }],
  ])("has another mark for others: %s", (_what, one, other) => {
    expect(copyPayload(one, MAX_SIZE)!.mark).not.toBe(copyPayload(other, MAX_SIZE)!.mark);
  });

  test("stays what it was when that is changed", () => {
    const data = { list: [1, { deep: "a" }], text: "b" };
    const copy = copyPayload(data, MAX_SIZE)!;
    (data.list[1] as { deep: string }).deep = "c";
    expect(isSamePayload(data, copy)).toBe(false);
    expect(isSamePayload({ list: [1, { deep: "a" }], text: "b" }, copy)).toBe(true);
  });

  test.each([
    ["a key more", { a: 1, b: [1, 2], c: 3 }],
    ["a key less", { a: 1 }],
    ["keys in another order", { b: [1, 2], a: 1 }],
    ["a longer list", { a: 1, b: [1, 2, 3] }],
    ["an object like the list", { a: 1, b: { 0: 1, 1: 2 } }],
    ["a list like an object", Object.assign([], { a: 1, b: [1, 2] })],
    ["a number as text", { a: "1", b: [1, 2] }],
    ["null", { a: null, b: [1, 2] }],
    ["a number less", { a: 1, b: [1] }],
    ["an object of a class", new Pair()],
    ["no object", 1],
  ])("is not the same as %s", (_what, other) => {
    expect(isSamePayload(other, copyPayload({ a: 1, b: [1, 2] }, MAX_SIZE)!)).toBe(false);
  });

  test.each<[string, () => unknown]>([
    ["a function", () => ({ f: () => 1 })],
    ["what is undefined", () => ({ a: undefined })],
    ["a list with holes", () => Array.from({ length: 3 }).fill(0, 0, 2)],
    ["a date", () => ({ at: new Date(0) })],
    ["a map", () => [new Map()]],
    ["an object of a class", () => new Pair()],
    ["a circle", () => circle()],
    ["circles that branch", () => branchingCircle()],
    ["minus zero", () => ({ a: -0 })],
    ["many nulls", () => Array.from({ length: MAX_SIZE }, () => null)],
    ["a hidden property", () => Object.defineProperty({}, "a", { value: 1 })],
    ["a long text", () => ({ text: "x".repeat(MAX_SIZE) })],
    ["a long key", () => ({ ["x".repeat(MAX_SIZE)]: 1 })],
    ["many values", () => Array.from({ length: MAX_SIZE }, () => 0)],
  ])("is not made of %s", (_what, make) => {
    expect(copyPayload({ payload: make() }, MAX_SIZE)).toBeUndefined();
  });
});

function hasMinusZero(value: unknown): boolean {
  return Object.is(value, -0) || (typeof value === "object" && value !== null && Object.values(value).some(hasMinusZero));
}

class Pair {
  a = 1;
  b = [1, 2];
}

function circle(): unknown {
  const own: Record<string, unknown> = {};
  own["own"] = own;
  return own;
}

function branchingCircle(): unknown {
  const own: unknown[] = [];
  own.push(own, own, own);
  return own;
}
