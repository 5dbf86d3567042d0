import fc from "fast-check";
import { expect, test } from "vitest";
import { PassingMap } from "../../../src/core/memory/passing-map.ts";

const steps = fc.array(fc.record({ key: fc.nat({ max: 20 }), isSet: fc.boolean() }), { maxLength: 600, size: "max" });

test("a map of passing entries holds what a map holds, in the same order", () => {
  fc.assert(
    fc.property(steps, (given) => {
      const [passing, plain] = [new PassingMap<number, number>(), new Map<number, number>()];
      for (const [value, { key, isSet }] of given.entries()) {
        if (isSet) passing.set(key, value);
        expect(isSet ? (plain.set(key, value), true) : plain.delete(key)).toBe(isSet || passing.delete(key));
        expect(passing.get(key)).toBe(plain.get(key));
      }
      expect([passing.size, [...passing.keys()], [...passing.values()]]).toEqual([
        ...[plain.size, [...plain.keys()], [...plain.values()]],
      ]);
    }),
  );
});

test("it can be gone through while entries go", () => {
  const passing = new PassingMap<number, string>();
  for (let key = 0; key < 500; key += 1) passing.set(key, "x");
  const seen: number[] = [];
  for (const key of passing.keys()) {
    seen.push(key);
    passing.delete(key);
  }
  expect(seen).toEqual(Array.from({ length: 500 }, (_, key) => key));
  expect(passing.size).toBe(0);
});
