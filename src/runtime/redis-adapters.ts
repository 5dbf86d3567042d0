import { AsyncResource } from "node:async_hooks";
import type { Redis } from "ioredis";
import type { JobQueue } from "../core/ports/job-queue.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { Snapshot } from "../core/ports/observer.ts";
import type { RunStore } from "../core/ports/run-store.ts";
import type { Loops } from "../core/time/loops.ts";
import { createBullmqQueue, type BullmqQueue } from "../queue/bullmq/bullmq-job-queue.ts";
import { queuePrefix } from "../queue/bullmq/names.ts";
import { createRedisStore } from "../store/redis/redis-run-store.ts";
import { observeStore } from "../telemetry/observe-store.ts";
import { traceStore } from "../telemetry/trace-store.ts";
import { CallBound } from "./call-bound.ts";
import { redisConnector } from "./connect-redis.ts";
import { failSoon, waitOutRefusals } from "./guard-adapters.ts";
import { judgeLoops, type Health } from "./health.ts";
import { openRedis } from "./open-redis.ts";
import { quietLog } from "./quiet-log.ts";
import { RedisLink } from "./redis-link.ts";
import { redisUnavailable } from "./redis-unavailable.ts";
import type { ResolvedRoleOptions } from "./role-options.ts";
import { shownAddress } from "./shown-address.ts";
import { warnOfRedis } from "./warn-of-redis.ts";

export interface RedisAdaptersOptions {
  /** Whether calls fail soon when Redis is not there, as producers want; else everything waits until it is. */
  readonly failFast: boolean;
  /** Whether they are only to look: nothing is written then. */
  readonly isReader?: boolean;
}

/** How long one attempt to connect to everything may take, in ms: a little more than a silent connection is borne. */
const ATTEMPT_MS = { failFast: 4_000, patient: 7_000 } as const;
/** How soon a producer that could not connect tries again by itself, in ms. */
const RETRY_MS = 2_000;
/** Why there is no connection of an adapter that was not started, or is starting. */
const NOT_CONNECTED = { kind: "away", reason: "not connected" } as const;
/** Lanes that lost their locks while Redis was in trouble are taken up again within this time, in ms. */
const TROUBLE_ECHO_MS = 30_000;

/** The durable adapters of a role. They connect in `start()`. */
export function createRedisAdapters(role: ResolvedRoleOptions, options: RedisAdaptersOptions): RedisAdapters {
  return new RedisAdapters(role, options);
}

/** The durable adapters that a role runs on, and what it knows of its Redis. */
export class RedisAdapters {
  readonly store: RunStore;
  readonly queue: JobQueue;
  /** For parts that notice when Redis is in trouble: they need not say so, it is said once. */
  readonly log: Logger;
  readonly #role: ResolvedRoleOptions;
  readonly #failFast: boolean;
  readonly #link: RedisLink;
  readonly #guard: <Adapter extends object>(adapter: Adapter) => Adapter;
  /** Connections belong to nobody's request, although a request may be what opens them. */
  readonly #ownContext = new AsyncResource("levelflow");
  readonly #adapters: readonly [RunStore, BullmqQueue];
  #starting: Promise<void> | undefined;
  #stopping = new AbortController();
  #again: NodeJS.Timeout | undefined;

  constructor(role: ResolvedRoleOptions, { failFast, isReader = false }: RedisAdaptersOptions) {
    const { connection, settings, log } = role;
    const { prefix, lockDurationMs, stalledIntervalMs } = settings;
    const link = new RedisLink({ log, failFast, probeKey: `${queuePrefix(prefix)}:probe` });
    const connect = redisConnector(connection, { failFast, log, link });
    const logger = quietLog(log, link);
    const observer = role.telemetry?.observer;
    const ownStore = createRedisStore({ connect, prefix, logger });
    const store = observer === undefined ? ownStore : observeStore(ownStore, observer);
    if (role.tracing !== undefined) traceStore(store, role.tracing);
    const isRecovering = (): boolean => link.wasTroubledWithin(TROUBLE_ECHO_MS);
    const queue = createBullmqQueue({
      connect,
      prefix,
      lockDurationMs,
      stalledIntervalMs,
      logger,
      isRecovering,
      isReader,
      ...(observer && { observer }),
    });
    const shown = shownAddress(connection);
    const bound = new CallBound(link, shown);
    this.#guard = <Adapter extends object>(adapter: Adapter): Adapter =>
      failFast ? failSoon(adapter, { link, bound, shown }) : waitOutRefusals(adapter, link, () => this.#stopping.signal);
    this.store = this.#guard(failFast ? store : forgiving(store, isRecovering));
    this.queue = this.#guard(queue);
    this.log = logger;
    this.#role = role;
    this.#failFast = failFast;
    this.#link = link;
    this.#adapters = [store, queue];
    role.telemetry?.addSource(() => this.#askRedis());
  }

  /** Connects. Roles wait for Redis for `redisWaitMs`, producers do not; then it is `REDIS_UNAVAILABLE`. Idempotent. */
  async start(): Promise<void> {
    this.#starting ??= this.#ownContext.runInAsyncScope(() => this.#open());
    const starting = this.#starting;
    try {
      await starting;
    } catch (error) {
      if (this.#starting === starting) this.#starting = undefined;
      if (this.#failFast) this.#tryAgain();
      throw error;
    }
  }

  /** Lets go of Redis; a start that waits ends with `CLOSED`. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#again);
    this.#starting = undefined;
    this.#link.closed({ forGood: true });
    await this.#close();
  }

  health(): Health {
    return this.#link.health();
  }

  /** The same of a role that has loops, which may be stuck. */
  healthWith(loops: Loops): Health {
    return judgeLoops(loops, {
      redis: this.#link.health(),
      redisBackAt: this.#link.troubleEndedAt,
      graceMs: this.#role.settings.livenessGraceMs,
      now: performance.now(),
    });
  }

  /** A producer that could not connect goes on trying, so that its health tells when it can. */
  #tryAgain(): void {
    clearTimeout(this.#again);
    if (this.#stopping.signal.aborted) return;
    this.#again = setTimeout(() => void this.start().catch(() => undefined), RETRY_MS).unref();
  }

  async #open(): Promise<void> {
    const stopping = new AbortController();
    this.#stopping = stopping;
    const [store, queue] = this.#adapters;
    const { connection, settings } = this.#role;
    await openRedis({
      link: this.#link,
      shown: shownAddress(connection),
      waitMs: this.#failFast ? 0 : settings.redisWaitMs,
      attemptMs: this.#failFast ? ATTEMPT_MS.failFast : ATTEMPT_MS.patient,
      signal: stopping.signal,
      needsWrites: !this.#failFast,
      attempt: async (signal) => {
        await store.start();
        signal.throwIfAborted();
        await queue.start();
      },
      undo: async () => {
        this.#link.closed({ forGood: stopping.signal.aborted });
        await this.#close();
      },
    });
    const client = this.#failFast ? undefined : this.#link.findReady();
    if (client !== undefined) await warnOfRedis(client, this.#role.log);
  }

  /** A connection for what the adapters are not for; its calls fail like theirs. `REDIS_UNAVAILABLE` while there is none. */
  get client(): Redis {
    const client = this.#link.findReady();
    if (client === undefined) throw redisUnavailable(this.#link.lastFault ?? NOT_CONNECTED, shownAddress(this.#role.connection));
    return this.#guard(client);
  }

  /** What there is to tell of all runs and queues. */
  async readTotals(): Promise<Snapshot> {
    const [store, queue] = this.#adapters;
    const [runs, queues] = await Promise.all([store.countRuns(), queue.readDepths()]);
    return { runs, queues };
  }

  async #askRedis(): Promise<Snapshot> {
    const isUp = this.#link.health().status === "ok";
    const client = isUp ? this.#link.findReady() : undefined;
    if (client === undefined) return { redis: { isUp } };
    const askedAt = performance.now();
    await client.ping();
    return { redis: { isUp, roundTripMs: performance.now() - askedAt } };
  }

  async #close(): Promise<void> {
    const [store, queue] = this.#adapters;
    await Promise.all([queue.stop(), store.stop()]);
  }
}

/** Trouble of Redis makes lanes lose their locks although their processes live: whoever takes them up then counts no crash. */
function forgiving(store: RunStore, isRecovering: () => boolean): RunStore {
  return { ...store, claimNode: (params) => store.claimNode(isRecovering() ? { ...params, isForgiven: true } : params) };
}
