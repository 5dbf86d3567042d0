import { DEFAULTS } from "../core/config/defaults.ts";
import { LevelflowError } from "../core/errors/levelflow-error.ts";
import type { ListRunsParams } from "../core/ports/producer-store.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import type { EnqueueOptions } from "../producer/enqueue-options.ts";
import type { RunHandle } from "../producer/run-handle.ts";
import { RunProducer } from "../producer/run-producer.ts";
import type { Health } from "./health.ts";
import { createRedisAdapters, type RedisAdapters } from "./redis-adapters.ts";
import { resolveRoleOptions, type RoleOptions } from "./role-options.ts";

/**
 * Enqueues runs from another application, watches and controls them. Connects with the first call. While Redis is away, silent, or refuses
 * writes, calls fail within seconds (`REDIS_UNAVAILABLE`, with the reason) instead of waiting for it; when it is back, they work again.
 */
export class Producer {
  readonly #adapters: RedisAdapters;
  readonly #producer: RunProducer;
  #closed = false;

  constructor(options: RoleOptions) {
    const { connection, settings, log, telemetry, tracing } = resolveRoleOptions(options);
    this.#adapters = createRedisAdapters(
      { connection, settings, log: log.child({ role: "producer" }), telemetry, tracing },
      { failFast: true },
    );
    const { maxNodes, maxEdges, maxPayloadBytes, abortGraceMs, runOrder } = settings;
    this.#producer = new RunProducer({
      ready: () => this.#ready(),
      store: this.#adapters.store,
      queue: this.#adapters.queue,
      settings: {
        limits: { maxNodes, maxEdges, maxPayloadBytes },
        runOrder,
        abortGraceMs,
        eventPollMs: DEFAULTS.eventPollMs,
        resultPollMs: DEFAULTS.resultPollMs,
      },
      tracing,
      log,
    });
  }

  /**
   * Validates, plans and stores a run, and answers once it is there to be executed. `INVALID_WORKFLOW` lists every fault of the payload;
   * `IDEMPOTENCY_CONFLICT` if the key names another request; `ENQUEUE_UNCERTAIN` if Redis went away in between: repeat with its `runId`.
   * A payload of up to 256 nodes, 256 edges and 64 KB is read before this returns; leave a larger one unchanged until it resolves.
   */
  enqueue(payload: unknown, options: EnqueueOptions = {}): Promise<RunHandle> {
    return this.#producer.enqueue(payload, options);
  }

  /** A handle to a run by its id. Whether there is one shows with the first method called on it. */
  run(id: string): RunHandle {
    return this.#producer.run(id);
  }

  /** Runs, newest first. */
  list(params: ListRunsParams): Promise<readonly RunRecord[]> {
    return this.#producer.list(params);
  }

  /** Lets go of Redis; what is called afterwards fails with `CLOSED`. Runs are not touched. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#producer.close();
    await this.#adapters.stop();
  }

  /** Whether its calls would get through, as far as it knows: for health checks. `idle` before the first call. */
  health(): Health {
    return this.#adapters.health();
  }

  #ready(): Promise<void> {
    if (this.#closed) return Promise.reject(new LevelflowError("CLOSED", "this producer was closed; make a new one"));
    return this.#adapters.start();
  }
}
