import { describe, expect, test } from "vitest";
import { newRunId, RUN_ID_PATTERN } from "../../../src/core/run/new-run-id.ts";

describe("newRunId", () => {
  test("gives ids of the known form, all different, in order of time", () => {
    const ids = Array.from({ length: 1_000 }, (_, ms) => newRunId(1_700_000_000_000 + ms));
    for (const id of ids) expect(id).toMatch(RUN_ID_PATTERN);
    expect(ids.toSorted()).toEqual(ids);
    const random = ids.map((id) => id.split("-")[2] ?? "");
    expect(new Set(random).size).toBe(ids.length);
    // No digit is the same in all of them, as those of a UUID's version and variant would be.
    for (let digit = 0; digit < 20; digit += 1) expect(new Set(random.map((text) => text[digit])).size).toBe(16);
  });
});
