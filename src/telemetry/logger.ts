import { destination, pino } from "pino";
import type { Settings } from "../core/config/settings.ts";
import type { Logger } from "../core/ports/logger.ts";

/** The process' log: JSON lines on stderr, so that stdout stays free for results. */
export function createLogger({ logLevel }: Pick<Settings, "logLevel">): Logger {
  return pino({ level: logLevel, base: { pid: process.pid } }, destination({ fd: 2, sync: true }));
}
