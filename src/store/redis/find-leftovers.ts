import type { Redis } from "ioredis";
import { StoreKeys } from "./keys.ts";

/** Keys that belong to runs which are gone. */
export interface Leftovers {
  /** Up to {@link MAX_KEPT} of them, with how many there are. */
  readonly keys: readonly string[];
  readonly count: number;
  /** Keys that were looked at: those of this installation. */
  readonly lookedAt: number;
  /** Whether the time ran out before all of Redis was seen. */
  readonly isPartial: boolean;
}

const MAX_KEPT = 100;
const PAGE = 1_000;

/**
 * Looks for keys of runs that are not in the index any more: their parts, and jobs. Goes over all keys of Redis, a page at a time, for at
 * most so long. Each run's key holds its id, and a run that is being created comes with its index entry, so what is found is nobody's.
 */
export async function findLeftovers(
  client: Redis,
  { prefix, timeoutMs }: { readonly prefix: string; readonly timeoutMs: number },
): Promise<Leftovers> {
  const keys = new StoreKeys(prefix);
  const runIdOf = runIdIn(keys.tag);
  const deadline = performance.now() + timeoutMs;
  const left: string[] = [];
  let [cursor, count, lookedAt] = ["0", 0, 0];
  do {
    const [next, page] = await client.scan(cursor, "MATCH", `${escapeGlob(keys.tag)}:*`, "COUNT", PAGE);
    cursor = next;
    lookedAt += page.length;
    const owned = page.flatMap((key) => {
      const runId = runIdOf(key);
      return runId === undefined ? [] : [{ key, runId }];
    });
    for (const key of await stillThere(client, await withoutRun(client, keys, owned))) {
      count += 1;
      if (left.length < MAX_KEPT) left.push(key);
    }
  } while (cursor !== "0" && performance.now() < deadline);
  return { keys: left.sort(), count, lookedAt, isPartial: cursor !== "0" };
}

async function withoutRun(
  client: Redis,
  { runs }: StoreKeys,
  owned: readonly { readonly key: string; readonly runId: string }[],
): Promise<string[]> {
  const runIds = [...new Set(owned.map(({ runId }) => runId))];
  if (runIds.length === 0) return [];
  const scores = await Promise.all(runIds.map((runId) => client.zscore(runs, runId)));
  const gone = new Set(runIds.filter((_, i) => scores[i] === null));
  return owned.filter(({ runId }) => gone.has(runId)).map(({ key }) => key);
}

/** Without those that went with their run between two looks. */
async function stillThere(client: Redis, keys: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(keys.map((key) => client.exists(key)));
  return keys.filter((_, i) => answers[i] === 1);
}

/** The id in `{tag}:run:<id>…` and in the names of jobs, `{tag}:<queue>:<id>.<dispatch>.…`, which have parts of their own behind a colon. */
function runIdIn(tag: string): (key: string) => string | undefined {
  return (key) => {
    const [first, second = ""] = key.slice(tag.length + 1).split(":");
    if (first === "run") return second;
    const isJobs = first === "barriers" || first?.startsWith("lanes-") === true;
    return isJobs && second.includes(".") ? second.slice(0, second.indexOf(".")) : undefined;
  };
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, String.raw`\$&`);
}
