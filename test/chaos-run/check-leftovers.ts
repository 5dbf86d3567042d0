import type { Redis } from "ioredis";
import type { Producer } from "../../src/index.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { queuePrefix } from "../../src/queue/bullmq/names.ts";
import { createRedisAdapters } from "../../src/runtime/redis-adapters.ts";
import { resolveRoleOptions } from "../../src/runtime/role-options.ts";
import { reapRuns } from "../../src/scheduler/reap-runs.ts";
import type { SchedulerContext } from "../../src/scheduler/scheduler-context.ts";
import { liveJobs } from "../support/queues.ts";
import { until } from "../support/until.ts";
import type { Journal } from "./journal.ts";

export interface LeftoverOptions {
  readonly redisUrl: string;
  readonly client: Redis;
  readonly prefix: string;
  readonly journal: Journal;
}

/** Keys that no run's end removes, see `docs/redis-keys.md`: two of levelflow's own, and what BullMQ keeps for each queue. */
const GLOBAL_KEYS =
  /^\{[^}]*\}:(workers|schedulers|pools|stateful-types|handler-times|(barriers|lanes-[^:]+):(meta|id|events|marker|stalled-check|pc))$/;
const MAX_JOBS_WAIT_MS = 30_000;
const MAX_SHOWN = 20;

/** Once every run has ended, no job may be about to do anything. */
export async function checkJobs({ client, prefix, journal }: LeftoverOptions): Promise<void> {
  const noneLeft = async (): Promise<boolean> => (await liveJobs(client, prefix)).length === 0;
  await until("no job is left", noneLeft, MAX_JOBS_WAIT_MS).catch(async () => {
    const jobs = await liveJobs(client, prefix);
    journal.find({ what: `${String(jobs.length)} jobs live on after the end of every run`, evidence: jobs.slice(0, MAX_SHOWN) });
  });
}

/** Every run in Redis must be one that was acknowledged: uncertain ones were repeated until they were. */
export async function checkUnknownRuns(producer: Producer, runIds: readonly string[], journal: Journal): Promise<void> {
  const known = new Set(runIds);
  const all = await producer.list({ limit: known.size + 100 });
  const unknown = all.filter(({ runId }) => !known.has(runId));
  if (unknown.length > 0) journal.find({ what: "there are runs that nobody enqueued", evidence: unknown });
  if (known.size !== runIds.length) journal.find({ what: "one run was acknowledged twice" });
}

/** Has the reaper remove every run, as it does when their retention is over, and looks at what it leaves. */
export async function checkKeys(options: LeftoverOptions): Promise<void> {
  const { client, prefix, journal } = options;
  await reapAll(options);
  const keys: string[] = [];
  for await (const batch of client.scanStream({ match: `*${prefix}:*`, count: 1_000 })) keys.push(...(batch as string[]));
  const left = [...new Set(keys)].filter((key) => !GLOBAL_KEYS.test(key)).sort();
  if (left.length === 0) return;
  const shown = await Promise.all(left.slice(0, MAX_SHOWN).map(async (key) => ({ key, type: await client.type(key) })));
  journal.find({ what: `${String(left.length)} keys are left after every run was removed`, evidence: shown });
}

/** The product's own reaper, without the minute that it waits between two rounds. */
async function reapAll({ redisUrl, prefix }: LeftoverOptions): Promise<void> {
  const resolved = resolveRoleOptions({ connection: redisUrl, settings: { prefix, retentionMs: 0 } });
  const adapters = createRedisAdapters(resolved, { failFast: false });
  await adapters.start();
  const { store, queue } = adapters;
  const context = { store, queue, settings: resolved.settings, log: SILENT_LOGGER };
  await reapRuns(context as unknown as SchedulerContext);
  await adapters.stop();
}

/** Shared state of a run as it is stored. */
export async function readState(client: Redis, prefix: string, runId: string): Promise<Map<string, unknown>> {
  const stored = await client.hgetall(`${queuePrefix(prefix)}:run:${runId}:state`);
  return new Map(Object.entries(stored).map(([key, text]) => [key, JSON.parse(text.slice(text.indexOf("|") + 1)) as unknown]));
}
