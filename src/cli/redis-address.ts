import { LevelflowError } from "../core/errors/levelflow-error.ts";
import { shownAddress } from "../runtime/shown-address.ts";

const DEFAULT_URL = "redis://127.0.0.1:6379";
const REMEDY =
  "use redis://host:port, rediss://host:port, or the path of a Unix socket (/run/redis.sock or unix:///run/redis.sock)";

/** Where Redis is. */
export interface RedisAddress {
  /** What the roles take: a URL, or the path of a socket. May hold a password. */
  readonly connection: string;
  /** The same for people: without password. */
  readonly shown: string;
}

/** Reads `REDIS_URL`. */
export function redisAddress(env: Readonly<Record<string, string | undefined>>): RedisAddress {
  const given = env["REDIS_URL"] || DEFAULT_URL;
  if (given.startsWith("/") && !given.startsWith("//")) return socketAddress(given);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol === "unix:" && url.host === "" && url.pathname !== "/")
    return socketAddress(decodeURIComponent(url.pathname) + url.search);
  const isRedis = url?.protocol === "redis:" || url?.protocol === "rediss:";
  // What was given is not repeated: it may hold a password where nobody looks for one.
  if (!isRedis || url.hostname === "")
    throw new LevelflowError("INVALID_SETTING", `REDIS_URL is not an address of Redis: ${REMEDY}`);
  return { connection: given, shown: shownAddress(given) };
}

function socketAddress(path: string): RedisAddress {
  return { connection: path, shown: shownAddress(path) };
}
