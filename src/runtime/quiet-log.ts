import type { Logger } from "../core/ports/logger.ts";
import type { RedisLink } from "./redis-link.ts";

/** The logger of parts that all notice when Redis is in trouble: the link says so once, they at level debug. */
export function quietLog(log: Logger, link: RedisLink): Logger {
  const filtered =
    (level: "warn" | "error"): Logger["warn"] =>
    (fields, message) => {
      const isOfRedis = "err" in fields && link.note(fields.err) !== undefined;
      log[isOfRedis ? "debug" : level](fields, message);
    };
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: filtered("warn"),
    error: filtered("error"),
    child: (fields) => quietLog(log.child(fields), link),
  };
}
