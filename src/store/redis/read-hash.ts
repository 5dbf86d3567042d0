import type { Redis } from "ioredis";

/** Entries of the first page: results may be large. */
const FIRST_COUNT = 16;
/** Entries of a page at the most, and the characters that a page is meant to have. */
const MAX_COUNT = 500;
const PAGE_CHARS = 512 * 1024;

/**
 * Reads a hash in pages, field by field, in no order. What is there from beginning to end is read, once or more; what comes meanwhile
 * perhaps. A small hash is one call. The size of a page follows from that of the one before, so no call keeps Redis from others for long.
 */
export async function* readHash(client: Redis, key: string): AsyncGenerator<readonly [field: string, value: string][]> {
  let cursor = "0";
  let count = FIRST_COUNT;
  do {
    const [next, flat] = await client.hscan(key, cursor, "COUNT", count);
    cursor = next;
    const entries: [string, string][] = [];
    let chars = 0;
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const value = flat[i + 1] as string;
      entries.push([flat[i] as string, value]);
      chars += value.length;
    }
    count = Math.max(1, Math.min(MAX_COUNT, 8 * count, Math.floor((count * PAGE_CHARS) / Math.max(1, chars))));
    yield entries;
  } while (cursor !== "0");
}
