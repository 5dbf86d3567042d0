import { settingsFromEnvironment, type Settings } from "../core/config/settings.ts";
import type { Producer } from "../runtime/producer.ts";
import type { CommandContext } from "./command-context.ts";
import { probeRedis } from "./probe-redis.ts";
import { redisAddress } from "./redis-address.ts";

/** Runs what needs a producer on `REDIS_URL`, and closes it behind it. */
export async function withProducer<T>(
  { env }: CommandContext,
  work: (producer: Producer, settings: Settings) => Promise<T>,
): Promise<T> {
  const settings = settingsFromEnvironment(env);
  const address = redisAddress(env);
  const [{ Producer }] = await Promise.all([import("../runtime/producer.ts"), probeRedis(address)]);
  const producer = new Producer({ connection: address.connection, settings });
  try {
    return await work(producer, settings);
  } finally {
    await producer.close();
  }
}
