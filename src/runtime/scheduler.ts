import { DEFAULTS } from "../core/config/defaults.ts";
import { builtinTypes } from "./builtin-types.ts";
import { RunScheduler } from "../scheduler/run-scheduler.ts";
import type { Health } from "./health.ts";
import { Lifecycle } from "./lifecycle.ts";
import { newProcessName } from "./process-name.ts";
import { findVersion } from "./read-version.ts";
import { createRedisAdapters, type RedisAdapters } from "./redis-adapters.ts";
import { resolveRoleOptions, type RoleOptions } from "./role-options.ts";

/** Jobs that one scheduler process advances at a time. Each is a few calls to Redis. */
const CONCURRENCY = 20;

/**
 * Turns levels into jobs, ends runs, fires their deadlines, and finds runs whose jobs were lost. Run as many as you like on one Redis:
 * each step is taken from one of them.
 */
export class Scheduler {
  readonly #adapters: RedisAdapters;
  readonly #scheduler: RunScheduler;
  readonly #lifecycle: Lifecycle;

  constructor(options: RoleOptions) {
    const { connection, settings, log, telemetry, tracing } = resolveRoleOptions(options);
    this.#adapters = createRedisAdapters(
      { connection, settings, log: log.child({ role: "scheduler" }), telemetry, tracing },
      { failFast: false },
    );
    this.#scheduler = new RunScheduler({
      store: this.#adapters.store,
      queue: this.#adapters.queue,
      settings: {
        ...settings,
        scheduler: newProcessName(),
        version: findVersion(),
        sweepMinAgeMs: DEFAULTS.sweepMinAgeMs,
        concurrency: CONCURRENCY,
      },
      builtinTypes: builtinTypes(),
      random: Math.random,
      log: this.#adapters.log,
    });
    this.#lifecycle = new Lifecycle([this.#adapters, this.#scheduler]);
    telemetry?.addSource(() => this.#adapters.readTotals());
  }

  /** Connects and takes jobs. Waits for Redis for `redisWaitMs`, then `REDIS_UNAVAILABLE`; a wrong password fails at once. Idempotent. */
  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  /** Ends what is under way and lets go of Redis. Runs wait for the next scheduler. Idempotent. */
  stop(): Promise<void> {
    return this.#lifecycle.stop();
  }

  /** Whether it can work: for health checks. Costs nothing; it tells what the process knows anyway. */
  health(): Health {
    return this.#adapters.healthWith(this.#scheduler.loops());
  }
}
