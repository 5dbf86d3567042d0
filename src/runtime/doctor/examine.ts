import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { isFinal, isStopping } from "../../core/run/states.ts";
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
/** How long after the first look at a run that seems stuck comes the second, in ms. */
const SECOND_LOOK_MS = 500;
/** How long all keys may be gone over, in ms. */
const SCAN_MS = 10_000;

/** Looks at an installation and its Redis. Changes nothing. `REDIS_UNAVAILABLE` if Redis cannot be reached. */
export async function examine(options: RoleOptions): Promise<Finding[]> {
  const role = resolveRoleOptions(options);
  const adapters = createRedisAdapters(role, { failFast: true, isReader: true });
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

/**
 * Runs that are not as they should be, looked at twice: a run moves on while it is looked at, and what is between two steps at one moment
 * has taken the next one at another.
 */
async function findStuckRuns(adapters: RedisAdapters): Promise<StuckRun[]> {
  const runs = await adapters.store.listUnfinished({ minAgeMs: RESTING_MS, limit: MAX_RUNS, offset: 0 });
  const suspects: RunRecord[] = [];
  for (const run of runs) if ((await whyStuck(run, adapters)) !== undefined) suspects.push(run);
  if (suspects.length === 0) return [];
  await sleep(SECOND_LOOK_MS);
  const stuck: StuckRun[] = [];
  for (const suspect of suspects) {
    const run = await adapters.store.loadRun({ runId: suspect.runId });
    if (run === undefined || hasMovedOn(suspect, run)) continue;
    const why = await whyStuck(run, adapters);
    const now = await adapters.store.loadRun({ runId: suspect.runId });
    if (why !== undefined && now !== undefined && !hasMovedOn(suspect, now)) stuck.push({ runId: run.runId, why });
  }
  return stuck;
}

function hasMovedOn(before: RunRecord, now: RunRecord): boolean {
  const fields = ["status", "epoch", "dispatch", "level", "barrierLevel", "committedCount"] as const;
  return fields.some((field) => before[field] !== now[field]);
}

async function whyStuck(run: RunRecord, { queue, client }: RedisAdapters): Promise<StuckRun["why"] | undefined> {
  if (isFinal(run.status)) return undefined;
  if (!isStopping(run.status)) return (await isCarried({ queue }, run, run.dispatch)) ? undefined : "no-job";
  const [seconds] = await client.time();
  return run.finishBy !== undefined && Number(seconds) * 1_000 - run.finishBy > RESTING_MS ? "past-its-end" : undefined;
}
