import { Redis } from "ioredis";

/** A client for tests to look at things with. It waits while Redis is away. */
export function openTestClient(redisUrl: string): Redis {
  const client = new Redis(redisUrl, { maxRetriesPerRequest: null });
  // Without a listener a lost connection would be printed.
  client.on("error", () => undefined);
  return client;
}

/** Deletes every key that holds the prefix anywhere in its name. */
export async function removeKeysOf(client: Redis, prefix: string): Promise<void> {
  const keys: string[] = [];
  for await (const batch of client.scanStream({ match: `*${prefix}*`, count: 1_000 })) keys.push(...(batch as string[]));
  if (keys.length > 0) await client.unlink(...keys);
}
