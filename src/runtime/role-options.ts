import { parseSettings, type Settings, type SettingsInput } from "../core/config/settings.ts";
import { SILENT_LOGGER, type Logger } from "../core/ports/logger.ts";
import type { Telemetry } from "../core/ports/observer.ts";
import type { Tracing } from "../core/ports/tracing.ts";
import { findTracing } from "../telemetry/tracing.ts";
import { checkConnection } from "./check-connection.ts";
import type { RedisTarget } from "./connect-redis.ts";

/** What every role takes. */
export interface RoleOptions {
  /** A Redis URL, the path of a Unix socket, or ioredis options; `INVALID_SETTING` for anything else. */
  readonly connection: RedisTarget;
  /** First part of every Redis key; all roles of an installation share it. @default "levelflow" */
  readonly prefix?: string;
  /** Settings that differ from their defaults, see `docs/configuration.md`. `INVALID_SETTING` if one is unknown or out of range. */
  readonly settings?: SettingsInput;
  /** A pino logger, or anything with its methods. Nothing is logged without one. */
  readonly logger?: Logger;
  /** Made by `createMetrics`, one for all roles of a process. Nothing is measured without. */
  readonly metrics?: Telemetry;
}

/** The options of a role, checked and complete. */
export interface ResolvedRoleOptions {
  readonly connection: RedisTarget;
  readonly settings: Settings;
  readonly log: Logger;
  readonly telemetry: Telemetry | undefined;
  /** If this process has set up OpenTelemetry by now. */
  readonly tracing: Tracing | undefined;
}

export function resolveRoleOptions({
  connection,
  prefix,
  settings = {},
  logger = SILENT_LOGGER,
  metrics,
}: RoleOptions): ResolvedRoleOptions {
  checkConnection(connection);
  return {
    connection,
    settings: parseSettings(prefix === undefined ? settings : { ...settings, prefix }),
    log: logger,
    telemetry: metrics,
    tracing: findTracing(),
  };
}
