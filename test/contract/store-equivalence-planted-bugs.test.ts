import { describe, expect, test } from "vitest";
import { redisUrl } from "../support/redis.ts";
import { playSeed } from "../support/store-equivalence/check-seed.ts";
import { PLANTED_BUGS, type PlantedBug } from "../support/store-equivalence/planted-bugs.ts";
import { Difference } from "../support/store-equivalence/play-sequence.ts";

/** How many sequences a mistake may take, from seed 1 on: what `store-equivalence.test.ts` plays without being told more. */
const MAX_SEQUENCES = 120;

describe("random sequences on both stores notice that", () => {
  test.each(PLANTED_BUGS.map((bug) => [bug.name, bug] as const))("%s", { timeout: 60_000 }, async (_name, bug) => {
    expect(await findDifference(bug)).toMatch(bug.noticedBy);
  });
});

async function findDifference(bug: PlantedBug): Promise<string> {
  for (let seed = 1; seed <= MAX_SEQUENCES; seed += 1) {
    try {
      await playSeed(seed, { url: redisUrl(), bug });
    } catch (error) {
      if (!(error instanceof Difference)) throw error;
      return error.message;
    }
  }
  return "nothing was noticed";
}
