import type { Redis } from "ioredis";
import { SILENT_LOGGER, type Logger } from "../../core/ports/logger.ts";
import type { RunStore } from "../../core/ports/run-store.ts";
import { presenceOperations } from "./presence-operations.ts";
import { producerOperations } from "./producer-operations.ts";
import { RedisConnection } from "./redis-connection.ts";
import { schedulerOperations } from "./scheduler-operations.ts";
import { sharedOperations } from "./shared-operations.ts";
import { workerOperations } from "./worker-operations.ts";

export interface RedisStoreOptions {
  /** Makes a client that is not connected yet. */
  readonly connect: () => Redis;
  readonly prefix: string;
  readonly logger?: Logger;
}

/** The durable store: hashes, lists and streams in Redis, one Lua script a transition. Connects in `start()`. */
export function createRedisStore({ connect, prefix, logger = SILENT_LOGGER }: RedisStoreOptions): RunStore {
  const connection = new RedisConnection({
    create: connect,
    prefix,
    log: logger,
  });
  return {
    ...sharedOperations(connection),
    ...producerOperations(connection),
    ...schedulerOperations(connection),
    ...workerOperations(connection),
    ...presenceOperations(connection),
    start: () => connection.start(),
    stop: () => connection.stop(),
  };
}
