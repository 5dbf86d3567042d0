import { LevelflowError } from "../core/errors/levelflow-error.ts";
import type { RedisTarget } from "./connect-redis.ts";

const REMEDY = "give a Redis URL (redis://, rediss://), the path of a Unix socket, or ioredis options";

/** `INVALID_SETTING` for what no client could be made of, or only one that connects to somewhere else. Tells nothing of what a URL holds. */
export function checkConnection(connection: RedisTarget): void {
  const fault = typeof connection === "string" ? faultOfAddress(connection) : faultOfOptions(connection);
  if (fault !== undefined) throw new LevelflowError("INVALID_SETTING", `connection ${fault}`);
}

function faultOfAddress(address: string): string | undefined {
  if (address.trim() === "") return `is empty: ${REMEDY}`;
  if (address.trim() !== address) return "begins or ends with a space";
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(address)?.[1];
  if (scheme === undefined) {
    // A path, a port, or a host with its port.
    const isFine = address.startsWith("/") || /^\d+$/.test(address) || isReadable(`redis://${address}`);
    return isFine ? undefined : `is no address that can be read: ${REMEDY}`;
  }
  // In small letters: ioredis encrypts a connection to `rediss://`, and none to `REDISS://`.
  if (!["redis", "rediss", "unix"].includes(scheme)) return `has the scheme ${scheme}, not one of Redis: ${REMEDY}`;
  if (!isReadable(address)) return `is not a URL that can be read: ${REMEDY}`;
  return new URL(address).searchParams.has("keyPrefix") ? KEY_PREFIX : undefined;
}

/** Also what is encoded in it. */
function isReadable(address: string): boolean {
  try {
    const { username, password } = new URL(address);
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false;
  }
}

const KEY_PREFIX = "has a keyPrefix, which BullMQ does not take: use prefix";

function faultOfOptions(options: unknown): string | undefined {
  if (options === undefined) return `is missing: ${REMEDY}`;
  if (typeof options !== "object" || options === null)
    return `is ${options === null ? "null" : `a ${typeof options}`}: ${REMEDY}`;
  if (Array.isArray(options)) return `is a list: ${REMEDY}`;
  if (options instanceof URL || "url" in options) return "is an object that holds a URL: give the URL itself, as text";
  if ("duplicate" in options)
    return "is a client: levelflow makes connections of its own, give the options that the client was made with";
  return "keyPrefix" in options && Boolean(options.keyPrefix) ? KEY_PREFIX : undefined;
}
