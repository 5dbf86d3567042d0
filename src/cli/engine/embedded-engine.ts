import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Settings } from "../../core/config/settings.ts";
import { LevelflowError } from "../../core/errors/levelflow-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { EmbeddedRedis } from "../../runtime/embedded-redis.ts";
import type { Scheduler } from "../../runtime/scheduler.ts";
import { whenAborted } from "../listen-for-stop.ts";
import { WorkerProcesses } from "./worker-processes.ts";

export interface EmbeddedEngineParams {
  /** Where Redis keeps its data; a temporary folder, removed at the end, if not given. */
  readonly dataFolder: string | undefined;
  readonly workerCount: number;
  /** Modules of the workers' node types. */
  readonly nodes: readonly string[];
  readonly concurrency: number | undefined;
  /** The pools that every worker process serves. */
  readonly pools: readonly string[];
  readonly settings: Settings;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes what the workers print, by line. */
  readonly onLine: (line: string) => void;
  /** Aborted with the error when a part that nothing goes on without has ended. */
  readonly failure: AbortController;
}

/** How long the workers of a run that is over may take to end. What still runs then ignores its signal. */
const WORKER_EXIT_MS = 2_000;
/** What giving back and closing take beside the graces. */
const CLOSE_MS = 3_000;

/** Everything that runs need, on this machine: a Redis, a scheduler in this process, and worker processes. */
export class EmbeddedEngine {
  readonly #params: EmbeddedEngineParams;
  #redis: EmbeddedRedis | undefined;
  #scheduler: Scheduler | undefined;
  #workers: WorkerProcesses | undefined;
  #temporaryFolder: string | undefined;

  constructor(params: EmbeddedEngineParams) {
    this.#params = params;
  }

  /** The address of the started Redis. */
  get redis(): EmbeddedRedis {
    if (this.#redis === undefined) throw new Error("the embedded engine was not started");
    return this.#redis;
  }

  /** Resolves when everything is ready, workers included; fails with what `failure` was aborted for before. */
  async start(): Promise<void> {
    const { settings, logger, failure } = this.#params;
    const [{ startEmbeddedRedis }, { Scheduler }] = await Promise.all([
      import("../../runtime/embedded-redis.ts"),
      import("../../runtime/scheduler.ts"),
    ]);
    const dataFolder = this.#params.dataFolder ?? (this.#temporaryFolder = await mkdtemp(join(tmpdir(), "levelflow-")));
    this.#redis = await startEmbeddedRedis({
      dataFolder,
      env: this.#params.env,
      onExit: () => failure.abort(new LevelflowError("REDIS_UNAVAILABLE", `the embedded Redis in ${dataFolder} ended unasked`)),
    });
    // First, as they take longest to be ready.
    this.#workers = this.#createWorkers(this.#redis.url);
    const workersReady = Promise.race([this.#workers.start(), rejectOnAbort(failure.signal)]);
    this.#scheduler = new Scheduler({ connection: this.#redis.connection, settings, logger });
    await Promise.all([workersReady, this.#scheduler.start()]);
  }

  /** Stops everything, in the order in which parts need each other. With `letNodesEnd` running nodes get their grace. Idempotent. */
  async stop({ letNodesEnd }: { readonly letNodesEnd: boolean }): Promise<void> {
    const { shutdownGraceMs, abortGraceMs } = this.#params.settings;
    try {
      await this.#workers?.stop({ timeoutMs: letNodesEnd ? shutdownGraceMs + abortGraceMs + CLOSE_MS : WORKER_EXIT_MS });
      await this.#scheduler?.stop();
    } finally {
      await this.#redis?.stop();
      if (this.#temporaryFolder !== undefined) await rm(this.#temporaryFolder, { recursive: true, force: true });
    }
  }

  /** Ends the workers at once; the caller is to end this process next, and Redis ends with it. */
  kill(): void {
    this.#workers?.kill();
    if (this.#temporaryFolder !== undefined) rmSync(this.#temporaryFolder, { recursive: true, force: true });
  }

  #createWorkers(redisUrl: string): WorkerProcesses {
    const { workerCount, nodes, concurrency, pools, settings, env, onLine, failure } = this.#params;
    return new WorkerProcesses({
      count: workerCount,
      args: [
        ...nodes.flatMap((module) => ["--nodes", resolve(module)]),
        ...(concurrency === undefined ? [] : ["--concurrency", String(concurrency)]),
        "--pool",
        pools.join(","),
      ],
      env: {
        ...env,
        REDIS_URL: redisUrl,
        LEVELFLOW_UNKNOWN_TYPE_GRACE_MS: String(settings.unknownTypeGraceMs),
        LEVELFLOW_LOG_LEVEL: settings.logLevel,
      },
      onLine,
      onFailure: (error) => failure.abort(error),
    });
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => whenAborted(signal, () => reject(signal.reason as Error)));
}
