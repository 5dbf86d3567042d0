import { Hono } from "hono";
import type { Settings } from "../core/config/settings.ts";
import type { Logger } from "../core/ports/logger.ts";
import { judgeHealth } from "../http/judge-health.ts";
import { listen, type HttpServer } from "../http/listen.ts";
import { metricsRoute, probeRoutes, type Probes } from "../http/probe-routes.ts";
import type { Health } from "../runtime/health.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { listenForStop, untilAborted } from "./listen-for-stop.ts";

/** A scheduler, a worker, or what `serve` shows. */
export interface Role {
  start(): Promise<void>;
  stop(): Promise<void>;
  health(): Health;
}

export interface RunRoleParams {
  readonly role: Role;
  readonly name: "scheduler" | "worker" | "serve";
  readonly settings: Settings;
  readonly logger: Logger;
  /** What is measured, if anything is. */
  readonly metrics: Metrics | undefined;
  /** What the line that tells of its readiness says besides. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Opens the server that the role is there for, if it has one. */
  readonly server?: (probes: Probes) => Promise<HttpServer>;
}

/**
 * Runs a role until SIGINT or SIGTERM: running nodes get their grace, then their signal. A second one ends the process at once. One that
 * comes while the role still waits for Redis ends the waiting. Health checks are answered from the first moment to the last.
 */
export async function runRole({ role, name, settings, logger, metrics, facts, server }: RunRoleParams): Promise<number> {
  const stop = listenForStop(() => process.exit(1));
  const { livenessGraceMs: graceMs } = settings;
  const probes: Probes = {
    verdict: () => judgeHealth(role.health(), { graceMs, isStopping: stop.signal.aborted }),
    metrics,
  };
  const servers: HttpServer[] = [];
  try {
    if (settings.healthPort !== undefined) servers.push(await openHealth(probes, settings, settings.healthPort));
    if (server !== undefined) servers.push(await server(probes));
    for (const { url } of servers) logger.debug({ url }, `${name} answers health checks`);
    const urls = servers.map(({ url }) => url);
    const isReady = await Promise.race([role.start().then(() => true), untilAborted(stop.signal).then(() => false)]);
    if (isReady) {
      logger.info(urls.length === 0 ? facts : { ...facts, urls }, `${name} ready`);
      await untilAborted(stop.signal);
    }
    logger.info({}, `${name} stopping: once more ends it at once`);
    await role.stop();
    return 0;
  } finally {
    await Promise.all(servers.map((each) => each.close()));
    stop.dispose();
  }
}

function openHealth(probes: Probes, { healthHost }: Settings, port: number): Promise<HttpServer> {
  const setting = "LEVELFLOW_HEALTH_PORT, with LEVELFLOW_HEALTH_HOST,";
  const app = new Hono();
  app.route("/", probeRoutes(probes));
  app.route("/", metricsRoute(probes));
  return listen(app, { host: healthHost, port, what: "the health endpoint", setting });
}
