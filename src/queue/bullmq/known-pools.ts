import type { Redis } from "ioredis";
import { poolsKey } from "./names.ts";

/** How soon a pool is noted again, in ms: its key may have been lost with Redis' data. */
const NOTE_AGAIN_MS = 60_000;

/** Keeps in Redis which pools there are, so that their queues are found by whoever looks after them. */
export class KnownPools {
  readonly #key: string;
  readonly #notedAt = new Map<string, number>();

  constructor(prefix: string) {
    this.#key = poolsKey(prefix);
  }

  /** Asks nothing of Redis for pools that were noted a short while ago. */
  async note(client: Redis, pools: readonly string[]): Promise<void> {
    const now = performance.now();
    const due = pools.filter((pool) => now - (this.#notedAt.get(pool) ?? -Infinity) > NOTE_AGAIN_MS);
    if (due.length === 0) return;
    await client.sadd(this.#key, ...due);
    for (const pool of due) this.#notedAt.set(pool, now);
  }

  /** Sorted by name. */
  async list(client: Redis): Promise<readonly string[]> {
    return (await client.smembers(this.#key)).sort();
  }
}
