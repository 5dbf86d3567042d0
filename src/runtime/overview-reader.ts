import { MAX_LISTED_RUNS, type Overview } from "../core/run/overview.ts";
import { createRedisAdapters, type RedisAdapters } from "./redis-adapters.ts";
import { readRedisFacts } from "./redis-facts.ts";
import { resolveRoleOptions, type RoleOptions } from "./role-options.ts";

/** Reads what there is of an installation, as often as one likes. Changes nothing. */
export class OverviewReader {
  readonly #adapters: RedisAdapters;

  constructor(options: RoleOptions) {
    this.#adapters = createRedisAdapters(resolveRoleOptions(options), { failFast: true, isReader: true });
  }

  /** `REDIS_UNAVAILABLE` if Redis cannot be reached. */
  async read(): Promise<Overview> {
    await this.#adapters.start();
    const { client, store } = this.#adapters;
    const askedAt = performance.now();
    const [seconds, micros] = await client.time();
    const roundTripMs = performance.now() - askedAt;
    const [{ info }, { runs = { active: 0, paused: 0, finished: 0 }, queues = [] }, processes, active] = await Promise.all([
      readRedisFacts(client),
      this.#adapters.readTotals(),
      store.listProcesses(),
      store.listUnfinished({ minAgeMs: 0, limit: MAX_LISTED_RUNS, offset: 0 }),
    ]);
    const version = info["valkey_version"] ?? info["redis_version"];
    const used = info["used_memory"];
    return {
      at: Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000),
      redis: { roundTripMs, ...(version !== undefined && { version }), ...(used !== undefined && { usedBytes: Number(used) }) },
      runs,
      active,
      queues,
      ...processes,
    };
  }

  /** Lets go of Redis. Idempotent. */
  async close(): Promise<void> {
    await this.#adapters.stop();
  }
}
