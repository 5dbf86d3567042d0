import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "../core/ports/logger.ts";
import { gatherWrites } from "./gather-writes.ts";
import type { RedisLink } from "./redis-link.ts";
import { endSilentConnections } from "./silent-connections.ts";

/** A Redis URL (`redis://`, `rediss://`, or the path of a Unix socket), or ioredis options. */
export type RedisTarget = string | RedisOptions;

/** Makes clients of one Redis. None connects before it is told to. */
export type RedisConnector = () => Redis;

/** How long one attempt to connect may take, in ms. */
const CONNECT_TIMEOUT_MS = 3_000;
/** How often a Redis that is loading its data is asked whether it has done so, in ms. */
const LOADING_POLL_MS = 500;
/** When the first attempt to connect again follows, in ms; each later one waits twice as long. */
const FIRST_RETRY_MS = 50;

interface Policy {
  /** Longest wait between two attempts to connect, in ms. */
  readonly maxRetryMs: number;
  /** How long an open connection may say nothing, in ms. */
  readonly silenceMs: number;
  /** How many failed attempts to connect a command outlives; `null` for any number. */
  readonly maxRetriesPerRequest: number | null;
}

/** Somebody waits for a producer's answer. */
const FAIL_FAST: Policy = { maxRetryMs: 500, silenceMs: 3_000, maxRetriesPerRequest: 1 };
/** BullMQ's workers need commands that wait; all reconnecting at once would not help a Redis that is just coming back. */
const PATIENT: Policy = { maxRetryMs: 2_000, silenceMs: 6_000, maxRetriesPerRequest: null };

export interface RedisConnectorOptions {
  /** Whether commands fail soon when Redis is away, as producers want, or wait until it is back. */
  readonly failFast: boolean;
  readonly log: Logger;
  /** Told of all connections; without one, their errors are only logged. */
  readonly link?: RedisLink;
}

export function redisConnector(target: RedisTarget, { failFast, log, link }: RedisConnectorOptions): RedisConnector {
  const policy = failFast ? FAIL_FAST : PATIENT;
  return () => {
    const client = createClient(target, {
      lazyConnect: true,
      maxRetriesPerRequest: policy.maxRetriesPerRequest,
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxLoadingRetryTime: LOADING_POLL_MS,
      // The client would await its own subscribing nowhere: closed at that moment, it would end the process by an unhandled rejection.
      autoResubscribe: false,
      retryStrategy: (attempt) => retryDelay(attempt, policy.maxRetryMs),
    });
    watch(client, { log, link, silence: { silenceMs: policy.silenceMs, mayPing: true } });
    // BullMQ makes itself a second connection that waits for jobs, for longer than a command may take elsewhere.
    client.duplicate = (override) => {
      const { commandTimeout: _ofOthers, ...options } = client.options;
      const copy = new Redis({ ...options, ...override, replyMapping: "legacy" });
      watch(copy, { log, link, silence: { silenceMs: policy.silenceMs, mayPing: false } });
      return copy;
    };
    return client;
  };
}

function createClient(target: RedisTarget, policy: RedisOptions): Redis {
  const options = { ...policy, replyMapping: "legacy" as const };
  return typeof target === "string" ? new Redis(target, options) : new Redis({ ...target, ...options });
}

interface Watching {
  readonly log: Logger;
  readonly link: RedisLink | undefined;
  readonly silence: Parameters<typeof endSilentConnections>[1];
}

function watch(client: Redis, { log, link, silence }: Watching): void {
  gatherWrites(client);
  endSilentConnections(client, silence);
  // Without a listener a lost connection would end the process; the client reconnects by itself.
  if (link === undefined) client.on("error", (error: Error) => log.debug({ err: error }, "Redis connection"));
  else link.track(client);
}

/** Exponential backoff with jitter: half of each wait is drawn at random. */
function retryDelay(attempt: number, maxMs: number): number {
  const full = Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), maxMs);
  return Math.round((full * (1 + Math.random())) / 2);
}
