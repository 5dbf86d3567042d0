import type { Redis } from "ioredis";
import { isStopping } from "../../core/run/states.ts";
import type { RunRecord } from "../../core/run/run-record.ts";
import { isCarried } from "../../scheduler/is-carried.ts";
import { countNewerRuns } from "../../store/redis/count-newer-runs.ts";
import { findLeftovers } from "../../store/redis/find-leftovers.ts";
import { createRedisAdapters, type RedisAdapters } from "../redis-adapters.ts";
import { readRedisFacts } from "../redis-facts.ts";
import { findVersion } from "../read-version.ts";
import { resolveRoleOptions, type RoleOptions } from "../role-options.ts";
import { judge, type Finding } from "./findings.ts";
import type { InstallationFacts, StuckRun } from "./installation-facts.ts";

/** PINGs whose times are taken. */
const PINGS = 20;
/** Unfinished runs that are looked at, the ones that were dispatched longest ago. */
const MAX_RUNS = 200;
/** A run that was dispatched more recently may be between two steps, in ms: two sweeps. */
const RESTING_MS = 10_000;
/** How long all keys may be gone over, in ms. */
const SCAN_MS = 10_000;

/** Looks at an installation and its Redis. Changes nothing. `REDIS_UNAVAILABLE` if Redis cannot be reached. */
export async function examine(options: RoleOptions): Promise<Finding[]> {
  const role = resolveRoleOptions(options);
  const adapters = createRedisAdapters(role, { failFast: true });
  try {
    await adapters.start();
    return judge(await gather(adapters, role.settings.prefix));
  } finally {
    await adapters.stop();
  }
}

async function gather(adapters: RedisAdapters, prefix: string): Promise<InstallationFacts> {
  const { client, store } = adapters;
  // Before there is anything else to do for Redis.
  const roundTripsMs = await timePings(client);
  const clockAheadMs = await compareClocks(client);
  const [redis, processes, { runs = NO_RUNS, queues = [] }, stuck, newerRuns, leftovers] = await Promise.all([
    readRedisFacts(client),
    store.listProcesses(),
    adapters.readTotals(),
    findStuckRuns(adapters),
    countNewerRuns(client, { prefix, limit: MAX_RUNS }),
    findLeftovers(client, { prefix, timeoutMs: SCAN_MS }),
  ]);
  const version = findVersion();
  return { version, redis, roundTripsMs, clockAheadMs, processes, runs, queues, stuck, newerRuns, leftovers };
}

const NO_RUNS = { active: 0, paused: 0, finished: 0 } as const;

async function timePings(client: Redis): Promise<number[]> {
  const times: number[] = [];
  // One that nobody counts: the first of a connection is slower.
  await client.ping();
  for (let i = 0; i < PINGS; i += 1) {
    const askedAt = performance.now();
    await client.ping();
    times.push(performance.now() - askedAt);
  }
  return times.sort((a, b) => a - b);
}

/** Redis' answer is taken for the time in the middle of the round trip. */
async function compareClocks(client: Redis): Promise<number> {
  const askedAt = Date.now();
  const [seconds, micros] = await client.time();
  return Number(seconds) * 1_000 + Number(micros) / 1_000 - (askedAt + Date.now()) / 2;
}

async function findStuckRuns({ store, queue, client }: RedisAdapters): Promise<StuckRun[]> {
  const stuck: StuckRun[] = [];
  const runs = await store.listUnfinished({ minAgeMs: RESTING_MS, limit: MAX_RUNS, offset: 0 });
  const [seconds] = await client.time();
  for (const run of runs) {
    const why = await whyStuck(run, { queue, now: Number(seconds) * 1_000 });
    // What looks so may have moved on between the looks at it.
    if (why !== undefined && (await store.loadRun({ runId: run.runId }))?.dispatch === run.dispatch)
      stuck.push({ runId: run.runId, why });
  }
  return stuck;
}

async function whyStuck(
  run: RunRecord,
  { queue, now }: { readonly queue: RedisAdapters["queue"]; readonly now: number },
): Promise<StuckRun["why"] | undefined> {
  if (isStopping(run.status)) return now - (run.finishBy ?? now) > RESTING_MS ? "past-its-end" : undefined;
  return (await isCarried({ queue }, run, run.dispatch)) ? undefined : "no-job";
}
