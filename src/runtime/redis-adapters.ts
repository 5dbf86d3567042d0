import type { JobQueue } from "../core/ports/job-queue.ts";
import type { RunStore } from "../core/ports/run-store.ts";
import { createBullmqQueue } from "../queue/bullmq/bullmq-job-queue.ts";
import { createRedisStore } from "../store/redis/redis-run-store.ts";
import { redisConnector } from "./connect-redis.ts";
import { failAsUnavailable, unavailable } from "./fail-as-unavailable.ts";
import type { ResolvedRoleOptions } from "./role-options.ts";

/** The durable adapters that a role runs on. */
export interface RedisAdapters {
  readonly store: RunStore;
  readonly queue: JobQueue;
  /** Connects both; `REDIS_UNAVAILABLE` if Redis does not answer. Idempotent. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createRedisAdapters(
  { connection, settings, log }: ResolvedRoleOptions,
  { failFast }: { readonly failFast: boolean },
): RedisAdapters {
  let lastError: Error | undefined;
  const connect = redisConnector(connection, { failFast, log, onError: (error) => (lastError = error) });
  const { prefix, lockDurationMs, stalledIntervalMs } = settings;
  const store = createRedisStore({ connect, prefix, logger: log });
  const queue = createBullmqQueue({ connect, prefix, lockDurationMs, stalledIntervalMs, logger: log });
  const stop = async (): Promise<void> => {
    await Promise.all([queue.stop(), store.stop()]);
  };
  return {
    store: failFast ? failAsUnavailable(store) : store,
    queue: failFast ? failAsUnavailable(queue) : queue,
    stop,
    start: async () => {
      try {
        await store.start();
        await queue.start();
      } catch (error) {
        await stop();
        throw unavailable(lastError ?? error);
      }
    },
  };
}
