import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { expect, inject } from "vitest";

/** URL of the Redis server that the test run shares. Keep to keys under a {@link testPrefix}. */
export function redisUrl(): string {
  const url = inject("redisUrl");
  if (url === "") throw new Error("This test needs a Redis server. `npm test` installs one; or set LEVELFLOW_REDIS_SERVER.");
  return url;
}

/** A key prefix that no other test uses. */
export function testPrefix(): string {
  return `test-${randomUUID()}`;
}

/** Fails if a key is left that holds the prefix anywhere in its name, as with a hash tag around it. */
export async function expectNoKeys(prefix: string): Promise<void> {
  expect(await findKeys(prefix)).toEqual([]);
}

/** Deletes every key that holds the prefix. For tests that end in the middle of things on purpose. */
export async function removeKeys(prefix: string): Promise<void> {
  const keys = await findKeys(prefix);
  await withClient(async (client) => {
    if (keys.length > 0) await client.unlink(...keys);
  });
}

async function findKeys(prefix: string): Promise<string[]> {
  return withClient(async (client) => {
    const keys: string[] = [];
    for await (const batch of client.scanStream({ match: `*${escapeGlob(prefix)}*`, count: 1_000 }))
      keys.push(...(batch as string[]));
    return [...new Set(keys)].sort();
  });
}

async function withClient<T>(work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(redisUrl());
  try {
    return await work(client);
  } finally {
    await client.quit();
  }
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, "\\$&");
}
