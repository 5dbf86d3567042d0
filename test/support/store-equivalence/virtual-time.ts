import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Redis } from "ioredis";
import { SILENT_LOGGER } from "../../../src/core/ports/logger.ts";
import { redisConnector } from "../../../src/runtime/connect-redis.ts";
import { putInKeys } from "../../../src/store/redis/key-names.ts";

/** A mistake in one of the Lua scripts. */
export interface ScriptBug {
  /** The script's name, without its ending. */
  readonly script: string;
  /** Occurs once in the script. */
  readonly find: string;
  readonly replace: string;
}

export interface VirtualTimeOptions {
  readonly url: string;
  /** Whole ms. */
  readonly now: () => number;
  readonly bug?: ScriptBug | undefined;
}

type Call = (script: string, ...rest: (string | number)[]) => Promise<unknown>;

const SCRIPTS = new URL("../../../src/store/redis/scripts/", import.meta.url);

/**
 * Makes clients whose scripts take the time from `now`, with every call, in place of Redis' clock: no outcome depends on how fast the
 * test is, and long spans pass at once. With `bug`, the script runs with that mistake in it; the file stays as it is.
 */
export async function virtualTimeConnector({ url, now, bug }: VirtualTimeOptions): Promise<() => Redis> {
  const connect = redisConnector(url, { failFast: false, log: SILENT_LOGGER });
  const plant = bug === undefined ? (text: string): string => text : await planting(bug);
  return () => takeTimeFrom(connect(), now, plant);
}

async function planting({ script, find, replace }: ScriptBug): Promise<(text: string) => string> {
  const right = await readFile(new URL(`${script}.lua`, SCRIPTS), "utf8");
  if (right.split(find).length !== 2) throw new Error(`${script}.lua does not hold the place of the bug once: ${find}`);
  const wrong = putInKeys(right.replace(find, () => replace));
  return (text) => text.replace(putInKeys(right), () => wrong);
}

function takeTimeFrom(client: Redis, now: () => number, plant: (text: string) => string): Redis {
  const call = { evalsha: client.evalsha.bind(client) as Call, eval: client.eval.bind(client) as Call };
  const time = (): [string, string] => [String(Math.floor(now() / 1_000)), String((now() % 1_000) * 1_000)];
  const altered = new Map<string, string>();
  return Object.assign(client, {
    // As if Redis had lost the script, the first time: then it comes as text.
    evalsha: async (sha1: string, ...rest: (string | number)[]) => {
      const known = altered.get(sha1);
      if (known === undefined) throw new Error("NOSCRIPT not altered yet");
      return call.evalsha(known, ...rest, JSON.stringify(time()));
    },
    eval: async (text: string, ...rest: (string | number)[]) => {
      const script = withVirtualTime(plant(text));
      altered.set(sha1Of(text), sha1Of(script));
      return call.eval(script, ...rest, JSON.stringify(time()));
    },
    time: async () => time(),
  });
}

/** The time comes as the last argument. */
function withVirtualTime(script: string): string {
  return `local VIRTUAL_TIME = cjson.decode(table.remove(ARGV))\n${script.replaceAll("redis.call('TIME')", "VIRTUAL_TIME")}`;
}

function sha1Of(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
