import type { Snapshot } from "../core/ports/observer.ts";
import { QueueBrowser } from "../queue/bullmq/queue-browser.ts";
import { queuePrefix } from "../queue/bullmq/names.ts";
import { redisConnector } from "./connect-redis.ts";
import type { Health } from "./health.ts";
import { openRedis } from "./open-redis.ts";
import { quietLog } from "./quiet-log.ts";
import { RedisLink } from "./redis-link.ts";
import { resolveRoleOptions, type ResolvedRoleOptions, type RoleOptions } from "./role-options.ts";
import { shownAddress } from "./shown-address.ts";

/** How long one attempt to connect may take, in ms. */
const ATTEMPT_MS = 5_000;

/** What a queue browser looks at: an installation's queues, and how its Redis does. Looking changes nothing; the browser's actions do. */
export class QueueViewer {
  readonly #role: ResolvedRoleOptions;
  readonly #link: RedisLink;
  readonly #browser: QueueBrowser;
  readonly #stopping = new AbortController();
  #starting: Promise<void> | undefined;

  constructor(options: RoleOptions) {
    const role = resolveRoleOptions(options);
    const { connection, settings, log } = role;
    this.#role = role;
    this.#link = new RedisLink({ log, failFast: true, probeKey: `${queuePrefix(settings.prefix)}:probe` });
    // Somebody waits for each page: while Redis is away a page says so, instead of waiting for it.
    const connect = redisConnector(connection, { failFast: true, log, link: this.#link });
    this.#browser = new QueueBrowser({ connect, prefix: settings.prefix, log: quietLog(log, this.#link) });
    role.telemetry?.addSource(() => this.#readTotals());
  }

  /** Connects. Waits for Redis for `redisWaitMs`, then `REDIS_UNAVAILABLE`; a wrong password fails at once. Idempotent. */
  start(): Promise<void> {
    this.#starting ??= openRedis({
      link: this.#link,
      shown: shownAddress(this.#role.connection),
      waitMs: this.#role.settings.redisWaitMs,
      attemptMs: ATTEMPT_MS,
      signal: this.#stopping.signal,
      needsWrites: false,
      attempt: () => this.#browser.start(),
      undo: async () => {
        this.#link.closed({ forGood: this.#stopping.signal.aborted });
        await this.#browser.stop();
      },
    });
    return this.#starting;
  }

  /** Lets go of Redis. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#link.closed({ forGood: true });
    await this.#browser.stop();
  }

  /** Whether Redis can be asked, as far as it is known. */
  health(): Health {
    return this.#link.health();
  }

  async #readTotals(): Promise<Snapshot> {
    const isUp = this.health().status === "ok";
    if (!isUp) return { redis: { isUp } };
    const askedAt = performance.now();
    await this.#browser.ping();
    return { redis: { isUp, roundTripMs: performance.now() - askedAt }, queues: await this.#browser.readDepths() };
  }

  /** The queues as Bull Board takes them. */
  queues(): ReturnType<QueueBrowser["queues"]> {
    return this.#browser.queues();
  }
}
