import { settingsFromEnvironment, type Settings } from "../core/config/settings.ts";
import type { Logger } from "../core/ports/logger.ts";
import { DEFAULT_POOL } from "../core/workflow/workflow.ts";
import { worstHealth } from "../http/judge-health.ts";
import { Worker } from "../runtime/worker.ts";
import { createMetrics, type Metrics } from "../telemetry/metrics.ts";
import type { CommandContext } from "./command-context.ts";
import { tieToParent } from "./engine/managed-worker.ts";
import { loadModules } from "./load-definitions.ts";
import { untilAborted } from "./listen-for-stop.ts";
import { readVersion } from "../runtime/read-version.ts";
import { redisAddress } from "./redis-address.ts";
import { createRoleLogger } from "./role-logger.ts";
import { runRole, type Role } from "./run-role.ts";

export interface WorkerOptions {
  readonly nodes: readonly string[];
  readonly concurrency?: number;
  readonly pool?: string;
  readonly managed?: boolean;
}

/** `worker`: until SIGINT or SIGTERM. */
export async function runWorker(options: WorkerOptions, context: CommandContext): Promise<number> {
  const address = redisAddress(context.env);
  const { worker, settings, logger, metrics, types } = await createWorker(options, context);
  const facts = { redis: address.shown, pool: options.pool, types };
  return runRole({ role: worker, name: "worker", settings, logger, metrics, facts });
}

/** A worker process of `run` or `dev`: until its parent says so or is gone. Errors are the parent's to show. */
export async function runManagedWorker(options: WorkerOptions, context: CommandContext): Promise<number> {
  const parent = tieToParent();
  try {
    const { worker } = await createWorker(options, context);
    await worker.start();
    parent.ready();
    await untilAborted(parent.signal);
    await worker.stop();
    return 0;
  } catch (error) {
    await parent.fail(error);
    return 1;
  }
}

interface CreatedWorker {
  readonly worker: Role;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly metrics: Metrics | undefined;
  /** The types that its modules define. */
  readonly types: readonly string[];
}

async function createWorker(
  { nodes: modules, concurrency, pool }: WorkerOptions,
  { env, output }: CommandContext,
): Promise<CreatedWorker> {
  const settings = settingsFromEnvironment(env);
  const logger = createRoleLogger(settings, output);
  const nodes = await loadModules(modules);
  // Nobody could ask for what is measured without the endpoint.
  const metrics = settings.healthPort === undefined ? undefined : createMetrics({ role: "worker", version: readVersion() });
  const shared = { connection: redisAddress(env).connection, nodes, settings, logger, ...(metrics && { metrics }) };
  const pools = pool === undefined ? [DEFAULT_POOL] : pool.split(",");
  const workers = pools.map(
    (each) => new Worker({ ...shared, ...(concurrency === undefined ? {} : { concurrency }), pool: each }),
  );
  return { worker: togetherAs(workers), settings, logger, metrics, types: nodes.map(({ type }) => type) };
}

/** Several pools are served by a worker each, in one process. */
function togetherAs(workers: readonly Worker[]): Role {
  return {
    start: async () => {
      await Promise.all(workers.map((worker) => worker.start()));
    },
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
    health: () => worstHealth(workers.map((worker) => worker.health())),
  };
}
