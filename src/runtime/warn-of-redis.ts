import type { Redis } from "ioredis";
import type { Logger } from "../core/ports/logger.ts";
import { within } from "../core/time/within.ts";

/** How long a start is held up for a look at how Redis is set up, in ms. */
const LOOK_MS = 2_000;
/** The first version that everything works with. */
const OLDEST_VERSION = "6.2.0";

/** What has been said in this process, by server: several workers in one process need not repeat each other. */
const said = new Set<string>();

/** What a Redis says of how it is set up. Empty where it does not say. */
export interface RedisFacts {
  /** Of INFO. */
  readonly info: Readonly<Record<string, string>>;
  /** Of CONFIG GET; managed servers forbid it. */
  readonly config: Readonly<Record<string, string>>;
}

/** Logs each way in which this Redis is set up to lose runs, or to refuse them. */
export async function warnOfRedis(client: Redis, log: Logger): Promise<void> {
  await within(LOOK_MS, look(client, log));
}

async function look(client: Redis, log: Logger): Promise<void> {
  const facts = await readFacts(client);
  const server = facts.info["run_id"] ?? "";
  for (const warning of findWarnings(facts)) {
    const key = `${server} ${warning}`;
    if (said.has(key)) continue;
    said.add(key);
    log.warn({}, warning);
  }
}

async function readFacts(client: Redis): Promise<RedisFacts> {
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

/** The warnings for a Redis that is set up so. What it does not tell is not warned of. */
export function findWarnings({ info, config }: RedisFacts): string[] {
  const policy = info["maxmemory_policy"] ?? "noeviction";
  const version = info["redis_version"] ?? OLDEST_VERSION;
  const isAppending = config["appendonly"] === "yes" || info["aof_enabled"] === "1";
  return [
    ...(policy === "noeviction"
      ? []
      : [
          `Redis has maxmemory-policy ${policy}: when its memory is full it removes keys, and runs are lost. Set it to noeviction.`,
        ]),
    ...(!isAppending && config["save"] === ""
      ? ["Redis keeps nothing on disk (no appendonly, no save): all runs are lost when it ends. Set appendonly to yes."]
      : []),
    ...(isAppending && config["appendfsync"] === "no"
      ? ["Redis has appendfsync no: a crash of its machine may lose half a minute of runs. Set it to everysec or always."]
      : []),
    ...(isOlder(version, OLDEST_VERSION) ? [`Redis is of version ${version}: ${OLDEST_VERSION} or newer is needed.`] : []),
    ...(info["role"] === "slave" ? ["This Redis is a replica: it takes no writes, or loses them. Connect to its primary."] : []),
  ];
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
