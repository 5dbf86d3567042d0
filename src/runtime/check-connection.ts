import { LevelflowError } from "../core/errors/levelflow-error.ts";
import type { RedisTarget } from "./connect-redis.ts";

const REMEDY = "give a Redis URL (redis://, rediss://), the path of a Unix socket, or ioredis options";

/** `INVALID_SETTING` for what no client could be made of, or only one that connects to somewhere else. Tells nothing of what a URL holds. */
export function checkConnection(connection: RedisTarget): void {
  const fault = typeof connection === "string" ? faultOfAddress(connection) : faultOfOptions(connection);
  if (fault !== undefined) throw new LevelflowError("INVALID_SETTING", `connection ${fault}`);
}

/** Without a scheme it is a path, or a host with its port. */
function faultOfAddress(address: string): string | undefined {
  if (address.trim() === "") return `is empty: ${REMEDY}`;
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) return undefined;
  if (!URL.canParse(address)) return `is not a URL that can be read: ${REMEDY}`;
  return ["redis", "rediss", "unix"].includes(scheme) ? undefined : `has the scheme ${scheme}, not one of Redis: ${REMEDY}`;
}

function faultOfOptions(options: unknown): string | undefined {
  if (options === undefined) return `is missing: ${REMEDY}`;
  if (typeof options !== "object" || options === null)
    return `is ${options === null ? "null" : `a ${typeof options}`}: ${REMEDY}`;
  if ("duplicate" in options)
    return "is a client: levelflow makes connections of its own, give the client's options (client.options)";
  if ("keyPrefix" in options && Boolean(options.keyPrefix)) return "has a keyPrefix, which BullMQ does not take: use prefix";
  return undefined;
}
