import { onTestFinished } from "vitest";
import type { Redis } from "ioredis";
import { Producer } from "../../src/index.ts";
import { redisUrl, testPrefix } from "./redis.ts";
import { openTestClient, removeKeysOf } from "./test-client.ts";

/** A producer under a prefix of its own, where nobody takes up what it enqueues. Ends with the test. */
export function openLoneProducer(): { readonly producer: Producer; readonly prefix: string; readonly redis: Redis } {
  const prefix = testPrefix();
  const redis = openTestClient(redisUrl());
  const producer = new Producer({ connection: redisUrl(), prefix });
  onTestFinished(async () => {
    await producer.close();
    await removeKeysOf(redis, prefix);
    redis.disconnect();
  });
  return { producer, prefix, redis };
}
