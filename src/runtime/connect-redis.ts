import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "../core/ports/logger.ts";

/** A Redis URL (`redis://`, `rediss://`, or the path of a Unix socket), or ioredis options. */
export type RedisTarget = string | RedisOptions;

/** Makes clients of one Redis. None connects before it is told to. */
export type RedisConnector = () => Redis;

/** How long one attempt to connect may take, in ms. */
const CONNECT_TIMEOUT_MS = 3_000;

export interface RedisConnectorOptions {
  /** Whether commands fail soon when Redis is away, as producers want, or wait until it is back, as BullMQ's workers need. */
  readonly failFast: boolean;
  readonly log: Logger;
  /** Told of connection errors: what a command fails with afterwards says less. */
  readonly onError?: (error: Error) => void;
}

export function redisConnector(target: RedisTarget, { failFast, log, onError }: RedisConnectorOptions): RedisConnector {
  return () => {
    const client = createClient(target, {
      lazyConnect: true,
      maxRetriesPerRequest: failFast ? 1 : null,
      connectTimeout: CONNECT_TIMEOUT_MS,
    });
    // Without a listener a lost connection would end the process; the client reconnects by itself.
    client.on("error", (error: Error) => {
      log.debug({ err: error }, "Redis connection");
      onError?.(error);
    });
    return client;
  };
}

function createClient(
  target: RedisTarget,
  policy: Pick<RedisOptions, "lazyConnect" | "maxRetriesPerRequest" | "connectTimeout">,
): Redis {
  const options = { ...policy, replyMapping: "legacy" as const };
  return typeof target === "string" ? new Redis(target, options) : new Redis({ ...target, ...options });
}
