import { setTimeout as sleep } from "node:timers/promises";
import { LevelflowError } from "../../src/index.ts";

/** Nobody who asks waits for longer for the answer, in ms. Far more than it takes, for machines under load. */
const MAX_ANSWER_MS = 15_000;

/** The error of levelflow's own that a call fails with, which it has to do in bounded time. */
export async function errorOf(call: Promise<unknown>): Promise<LevelflowError> {
  const answered = new AbortController();
  const limit = sleep(MAX_ANSWER_MS, "no answer", { signal: answered.signal }).catch(() => undefined);
  const outcome = await Promise.race([
    call.then(
      () => "success",
      (error: unknown) => error,
    ),
    limit,
  ]);
  answered.abort();
  if (outcome instanceof LevelflowError) return outcome;
  throw new Error("the call did not fail with an error of levelflow's own", { cause: outcome });
}
