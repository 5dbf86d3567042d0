import type { Redis } from "ioredis";

/** What a Redis says of how it is set up and how it does. Empty where it does not say. */
export interface RedisFacts {
  /** Of INFO. */
  readonly info: Readonly<Record<string, string>>;
  /** Of CONFIG GET; managed servers forbid it. */
  readonly config: Readonly<Record<string, string>>;
}

/** A way in which a Redis is set up, or does, that loses runs or refuses them. Both texts are whole sentences. */
export interface RedisFault {
  readonly check: "version" | "role" | "eviction" | "persistence";
  readonly message: string;
  readonly remedy: string;
}

/** The first version that everything works with. */
const OLDEST_VERSION = "6.2.0";

export async function readRedisFacts(client: Redis): Promise<RedisFacts> {
  const info = await client.info().catch(() => "");
  return {
    info: Object.fromEntries(info.split("\r\n").map((line) => splitAt(line, ":"))),
    config: { ...(await readConfig(client, "save")), ...(await readConfig(client, "append*")) },
  };
}

async function readConfig(client: Redis, pattern: string): Promise<Record<string, string>> {
  const reply: unknown = await client.config("GET", pattern).catch(() => []);
  const flat = Array.isArray(reply) ? reply.map(String) : [];
  return Object.fromEntries(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ""] as const] : [])));
}

export function isAppending({ info, config }: RedisFacts): boolean {
  return config["appendonly"] === "yes" || info["aof_enabled"] === "1";
}

/** The faults of a Redis that is set up so. What it does not tell is no fault. */
export function findRedisFaults(facts: RedisFacts): RedisFault[] {
  const { info, config } = facts;
  const policy = info["maxmemory_policy"] ?? "noeviction";
  const version = info["redis_version"] ?? OLDEST_VERSION;
  const faults: RedisFault[] = [];
  if (policy !== "noeviction") {
    const message = `Redis has maxmemory-policy ${policy}: when its memory is full it removes keys, and runs are lost.`;
    faults.push({ check: "eviction", message, remedy: "Set it to noeviction." });
  }
  if (!isAppending(facts) && config["save"] === "") {
    const message = "Redis keeps nothing on disk (no appendonly, no save): all runs are lost when it ends.";
    faults.push({ check: "persistence", message, remedy: "Set appendonly to yes." });
  }
  if (isAppending(facts) && config["appendfsync"] === "no") {
    const message = "Redis has appendfsync no: a crash of its machine may lose half a minute of runs.";
    faults.push({ check: "persistence", message, remedy: "Set it to everysec or always." });
  }
  if (isOlder(version, OLDEST_VERSION)) {
    faults.push({
      check: "version",
      message: `Redis is of version ${version}: too old.`,
      remedy: `${OLDEST_VERSION} or newer is needed.`,
    });
  }
  if (info["role"] === "slave") {
    const message = "This Redis is a replica: it takes no writes, or loses them.";
    faults.push({ check: "role", message, remedy: "Connect to its primary." });
  }
  return faults;
}

function splitAt(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  return at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}

function isOlder(version: string, oldest: string): boolean {
  const [a, b] = [version, oldest].map((text) => text.split(".").map(Number));
  for (const [i, least] of (b ?? []).entries()) {
    const part = a?.[i] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
