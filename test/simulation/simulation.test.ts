import { describe, expect, test } from "vitest";
import { simulate } from "./simulate.ts";

/** Schedules that every change is held against; `npm run simulate` plays as many as you like. */
const SEED_COUNT = 400;
const SEEDS_PER_TEST = 50;

const FIRST_SEEDS = Array.from({ length: SEED_COUNT / SEEDS_PER_TEST }, (_, i) => 1 + i * SEEDS_PER_TEST);

describe("a schedule of crashes, freezes, lost calls and lost jobs", () => {
  test.each(FIRST_SEEDS)(`keeps every promise (from seed %i)`, { timeout: 120_000 }, async (first) => {
    let checkedCount = 0;
    for (let seed = first; seed < first + SEEDS_PER_TEST; seed += 1) checkedCount += (await simulate(seed)).entryCount;
    expect(checkedCount).toBeGreaterThan(SEEDS_PER_TEST);
  });

  test("is played again by its seed, to the last detail", async () => {
    const first = await simulate(42);
    expect(await simulate(42)).toEqual(first);
    expect((await simulate(43)).fingerprint).not.toBe(first.fingerprint);
  });
});
