import type { Redis } from "ioredis";
import type { Logger } from "../core/ports/logger.ts";
import { within } from "../core/time/within.ts";
import { findRedisFaults, readRedisFacts } from "./redis-facts.ts";

/** How long a start is held up for a look at how Redis is set up, in ms. */
const LOOK_MS = 2_000;

/** What has been said in this process, by server: several workers in one process need not repeat each other. */
const said = new Set<string>();

/** Logs each way in which this Redis is set up to lose runs, or to refuse them. */
export async function warnOfRedis(client: Redis, log: Logger): Promise<void> {
  await within(LOOK_MS, look(client, log));
}

async function look(client: Redis, log: Logger): Promise<void> {
  const facts = await readRedisFacts(client);
  const server = facts.info["run_id"] ?? "";
  for (const { message, remedy } of findRedisFaults(facts)) {
    const warning = `${message} ${remedy}`;
    const key = `${server} ${warning}`;
    if (said.has(key)) continue;
    said.add(key);
    log.warn({}, warning);
  }
}
