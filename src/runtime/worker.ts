import { randomBytes } from "node:crypto";
import { DEFAULTS } from "../core/config/defaults.ts";
import { LevelflowError } from "../core/errors/levelflow-error.ts";
import type { AnyNodeDefinition } from "../core/node/define-node.ts";
import { createNodeRegistry } from "../core/node/node-registry.ts";
import { DEFAULT_POOL } from "../core/workflow/workflow.ts";
import { createBuiltinNodes } from "../nodes/builtin-nodes.ts";
import { ActiveClaims } from "../worker/active-claims.ts";
import { LoopWatch } from "../worker/loop-watch.ts";
import { ResultCache } from "../worker/result-cache.ts";
import { RunCache } from "../worker/run-cache.ts";
import { RunWorker } from "../worker/run-worker.ts";
import { Lifecycle } from "./lifecycle.ts";
import { newProcessName } from "./process-name.ts";
import { readSecretFromEnvironment } from "./read-secret.ts";
import { findVersion } from "./read-version.ts";
import type { Health } from "./health.ts";
import { createRedisAdapters, type RedisAdapters } from "./redis-adapters.ts";
import { resolveRoleOptions, type RoleOptions } from "./role-options.ts";

export interface WorkerOptions extends RoleOptions {
  /** Node types besides the built-in ones, made by `defineNode`. @default none */
  readonly nodes?: Iterable<AnyNodeDefinition>;
  /** Nodes that this process runs at a time. @default 50 */
  readonly concurrency?: number;
  /** Whose nodes it runs: those with this `options.pool`. @default "default" */
  readonly pool?: string;
}

/** Executes nodes. Run as many processes as you like on one Redis; each takes what it has room for. */
export class Worker {
  readonly #adapters: RedisAdapters;
  readonly #worker: RunWorker;
  readonly #lifecycle: Lifecycle;

  constructor(options: WorkerOptions) {
    const { nodes = [], concurrency = DEFAULTS.workerConcurrency, pool = DEFAULT_POOL, ...role } = options;
    checkWorkerOptions(concurrency, pool);
    const { connection, settings, log, telemetry, tracing } = resolveRoleOptions(role);
    const worker = newProcessName();
    const ownLog = log.child({ role: "worker", worker });
    this.#adapters = createRedisAdapters({ connection, settings, log: ownLog, telemetry, tracing }, { failFast: false });
    const { store, queue } = this.#adapters;
    const active = new ActiveClaims();
    telemetry?.addSource(() => Promise.resolve({ nodes: { pool, running: active.list().length, concurrency } }));
    this.#worker = new RunWorker({
      store,
      queue,
      registry: createNodeRegistry([...createBuiltinNodes(settings), ...nodes]),
      settings: { ...settings, worker, version: findVersion(), pool, concurrency },
      active,
      loop: new LoopWatch(ownLog),
      runs: new RunCache(store),
      results: new ResultCache(store),
      readSecret: readSecretFromEnvironment,
      newToken: createTokens(),
      random: Math.random,
      log: ownLog,
      ...(telemetry && { observer: telemetry.observer }),
      tracing,
    });
    this.#lifecycle = new Lifecycle([this.#adapters, this.#worker]);
  }

  /** Connects and takes nodes. Waits for Redis for `redisWaitMs`, then `REDIS_UNAVAILABLE`; a wrong password fails at once. Idempotent. */
  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  /** Lets running nodes finish for `shutdownGraceMs`, then aborts them and hands their work to other workers. Idempotent. */
  stop(): Promise<void> {
    return this.#lifecycle.stop();
  }

  /** Whether it can work: for health checks. Costs nothing; it tells what the process knows anyway. */
  health(): Health {
    return this.#adapters.healthWith(this.#worker.loops());
  }
}

/** Tokens that nobody else has: random for the process, and counted in it. */
function createTokens(): () => string {
  const prefix = randomBytes(12).toString("hex");
  let count = 0;
  return () => `${prefix}-${(count += 1).toString(36)}`;
}

function checkWorkerOptions(concurrency: number, pool: string): void {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new LevelflowError(
      "INVALID_SETTING",
      `a worker's concurrency of ${String(concurrency)} does not fit: use a whole number of at least 1`,
    );
  }
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(pool)) {
    throw new LevelflowError("INVALID_SETTING", `pool ${JSON.stringify(pool)} does not fit: use 1 to 64 letters, digits, _ or -`);
  }
}
