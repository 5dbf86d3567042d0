import { describe, expect, test } from "vitest";
import { selectFeatures } from "../../../examples/features/select-features.ts";
import { correlation, minMax, variance, zScore } from "../../../examples/features/statistics.ts";

describe("normalisers", () => {
  test("zScore gives mean 0 and variance 1", () => {
    const scaled = zScore([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(scaled[0]).toBe(-1.5);
    expect(variance(scaled)).toBeCloseTo(1, 12);
  });

  test("minMax gives 0 to 1", () => {
    expect(minMax([5, 10, 15])).toEqual([0, 0.5, 1]);
  });

  test("values that do not vary become 0", () => {
    expect(zScore([3, 3])).toEqual([0, 0]);
    expect(minMax([3, 3])).toEqual([0, 0]);
    expect(correlation([3, 3], [1, 2])).toBe(0);
  });
});

describe("selectFeatures", () => {
  const target = [1, 2, 3, 4];
  const feature = (name: string, values: number[]) => ({ feature: name, method: "none", values });

  test("ranks by correlation in either direction and gives a reason for what is left out", () => {
    const features = [
      feature("noise", [1, -1, -1, 1]),
      feature("constant", [0, 0, 0, 0]),
      feature("opposite", [-1, -2, -3, -4]),
      feature("twin", [2, 4, 6, 8.1]),
      feature("useful", [1, 2, 2, 3.5]),
    ];
    const { selected, ranked } = selectFeatures(features, target, { top: 2, minVariance: 0.01, maxOverlap: 0.99 });
    expect(selected).toEqual(["opposite", "useful"]);
    expect(ranked.map(({ feature: name, verdict }) => [name, verdict])).toEqual([
      ["opposite", "selected"],
      ["twin", "too close to opposite"],
      ["useful", "selected"],
      ["constant", "too constant"],
      ["noise", "not among the best"],
    ]);
  });
});
