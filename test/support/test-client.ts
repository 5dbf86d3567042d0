import { Redis } from "ioredis";

/** A client for tests to look at things with. It waits while Redis is away. */
export function openTestClient(redisUrl: string): Redis {
  const client = new Redis(redisUrl, { maxRetriesPerRequest: null });
  // Without a listener a lost connection would be printed.
  client.on("error", () => undefined);
  return client;
}
