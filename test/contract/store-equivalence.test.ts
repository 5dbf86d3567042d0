import { afterAll, describe, expect, test } from "vitest";
import { redisUrl } from "../support/redis.ts";
import { checkSeed, type Tally } from "../support/store-equivalence/check-seed.ts";

/*
 * Random sequences of calls on the memory store and the Redis store at once: they have to answer, tell and show the same after each.
 *
 * EQUIVALENCE_RUNS  sequences, of about a hundred calls each (default 120)
 * EQUIVALENCE_SEED  seed of the first sequence, the others follow (default 1)
 *
 * `EQUIVALENCE_RUNS=2000 EQUIVALENCE_SEED=7 npm test -- test/contract/store-equivalence.test.ts`
 *
 * A failure names the seed of its sequence and shows the calls that it takes, as few as could be found: `EQUIVALENCE_RUNS=1` with that
 * seed plays the sequence again. Both stores go by a clock of the test's own, so it goes the same way each time.
 */
const DEFAULT_COUNT = 120;
const COUNT = readCount("EQUIVALENCE_RUNS", DEFAULT_COUNT);
const FIRST_SEED = readCount("EQUIVALENCE_SEED", 1);

/** Sequences of one test, which play at the same time. */
const BATCH_SIZE = 20;
const BATCH_TIMEOUT_MS = 120_000;

/** Answers that are had only from runs that got far, and from callers that came late. */
const SELDOM = [
  "claimNode: drained",
  "claimNode: stopped",
  "claimNode: superseded",
  "claimNode: wait",
  "commitNode: committed-level",
  "commitNode: run-stopped",
  "commitNode: stale",
  "createRun: conflict",
  "createRun: exists",
  "dispatchLevel: already-advanced",
  "dispatchLevel: finished",
  "dispatchLevel: superseded",
  "enterLevel: entered",
  "enterLevel: not-over",
  "enterLevel: superseded",
  "failAttempt: failed-run",
  "failAttempt: recorded",
  "failAttempt: retrying",
  "finishRun: already-finished",
  "finishRun: claims-live",
  "finishRun: superseded",
  "isTypeServed: true",
  "resumeRun: resumed",
  "retryRun: conflict",
  "retryRun: nothing-to-retry",
  "retryRun: retrying",
  "startRun: advanced",
  "startRun: already-advanced",
  "startRun: superseded",
];

const tally: Tally = new Map();

afterAll(() => {
  const calls = [...tally.values()].reduce((sum, count) => sum + count, 0);
  console.info(`store equivalence: ${COUNT} sequences from seed ${FIRST_SEED}, ${calls} calls, ${tally.size} kinds of answers`);
});

describe("the stores in memory and in Redis", () => {
  test.for(batches())("do the same (from seed %i)", { timeout: BATCH_TIMEOUT_MS }, async (seeds) => {
    const checks = seeds.map((seed) => checkSeed(seed, { url: redisUrl() }, tally));
    const failed = (await Promise.allSettled(checks)).filter((outcome) => outcome.status === "rejected");
    if (failed.length > 0) throw new Error(failed.map(({ reason }) => (reason as Error).message).join("\n\n"));
  });

  test.runIf(COUNT >= DEFAULT_COUNT)("are led everywhere", () => {
    expect([...tally.keys()]).toEqual(expect.arrayContaining(SELDOM));
  });
});

function batches(): number[][] {
  const seeds = Array.from({ length: COUNT }, (_, i) => FIRST_SEED + i);
  return Array.from({ length: Math.ceil(COUNT / BATCH_SIZE) }, (_, i) => seeds.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE));
}

function readCount(name: string, fallback: number): number {
  const text = process.env[name] ?? "";
  if (!/^\d*$/.test(text)) throw new Error(`${name} is ${JSON.stringify(text)}: use a whole number`);
  return text === "" ? fallback : Number(text);
}
