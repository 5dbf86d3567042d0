import { settingsFromEnvironment } from "../core/config/settings.ts";
import { bullBoard } from "../http/bull-board.ts";
import { listen } from "../http/listen.ts";
import { createServeApp } from "../http/serve-app.ts";
import { QueueViewer } from "../runtime/queue-viewer.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import type { CommandContext } from "./command-context.ts";
import { redisAddress } from "./redis-address.ts";
import { createRoleLogger } from "./role-logger.ts";
import { runRole } from "./run-role.ts";
import { readVersion } from "../runtime/read-version.ts";
import { readCredentials } from "./serve-credentials.ts";

const BULL_BOARD = "/bull-board";
const SETTING = "LEVELFLOW_SERVE_PORT, with LEVELFLOW_SERVE_HOST,";

/** `serve`: until SIGINT or SIGTERM. */
export async function runServe({ env, output }: CommandContext): Promise<number> {
  const settings = settingsFromEnvironment(env);
  const address = redisAddress(env);
  const credentials = await readCredentials(settings);
  const logger = createRoleLogger(settings, output);
  const metrics = createMetrics({ role: "serve", version: readVersion() });
  const options = { connection: address.connection, settings, logger: logger.child({ role: "serve" }), metrics };
  const viewer = new QueueViewer(options);
  const pages = { [BULL_BOARD]: bullBoard({ path: BULL_BOARD, queues: () => viewer.queues() }) } as const;
  return runRole({
    role: viewer,
    name: "serve",
    settings,
    logger,
    metrics,
    facts: { redis: address.shown, login: credentials !== undefined },
    server: (probes) =>
      listen(createServeApp({ ...probes, pages, home: BULL_BOARD, credentials, log: logger }), {
        host: settings.serveHost,
        port: settings.servePort,
        what: "levelflow serve",
        setting: SETTING,
      }),
  });
}
