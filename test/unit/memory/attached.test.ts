import { expect, test } from "vitest";
import { Attached } from "../../../src/core/memory/attached.ts";

const SQUARES = new Attached<{ readonly side: number }, number>("square");
const CUBES = new Attached<{ readonly side: number }, number>("cube");

test("what is attached is there for who attached it, the last of it, and for nobody else", () => {
  const owner = { side: 3 };
  expect(SQUARES.get(owner)).toBeUndefined();
  SQUARES.set(owner, 8);
  SQUARES.set(owner, 9);
  CUBES.set(owner, 27);
  expect([SQUARES.get(owner), CUBES.get(owner)]).toEqual([9, 27]);
  expect(owner).toStrictEqual({ side: 3 });
  expect(JSON.stringify(owner)).toBe('{"side":3}');
  expect([Object.keys(owner), Object.entries(owner)]).toEqual([["side"], [["side", 3]]]);
});

test.each<[title: string, copy: (owner: { readonly side: number }) => { readonly side: number }]>([
  ["spread", (owner) => ({ ...owner })],
  ["assigned", (owner) => Object.assign({}, owner)],
  ["cloned", (owner) => structuredClone(owner)],
])("a copy has nothing of it: one that is %s", (_title, copy) => {
  const owner = { side: 3 };
  SQUARES.set(owner, 9);
  expect(SQUARES.get(copy(owner))).toBeUndefined();
});

test("a frozen object takes nothing up, and says nothing of it", () => {
  const owner = Object.freeze({ side: 3 });
  SQUARES.set(owner, 9);
  expect(SQUARES.get(owner)).toBeUndefined();
});
