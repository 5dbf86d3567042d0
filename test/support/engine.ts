import { onTestFinished } from "vitest";
import type { Redis } from "ioredis";
import { Producer, Scheduler, Worker, type AnyNodeDefinition, type SettingsInput } from "../../src/index.ts";
import { createCustomNodes } from "./custom-nodes.ts";
import { redisUrl as sharedRedisUrl, testPrefix } from "./redis.ts";
import { openTestClient, removeKeysOf } from "./test-client.ts";

export interface EngineOptions {
  readonly workers?: number;
  readonly settings?: SettingsInput;
  readonly redisUrl?: string;
  readonly prefix?: string;
  /** Besides the built-in types and those of `custom-nodes.ts`. */
  readonly nodes?: readonly AnyNodeDefinition[];
}

/** The three roles over the shared Redis, in this process. */
export interface TestEngine {
  readonly producer: Producer;
  readonly prefix: string;
  readonly redis: Redis;
  stop(): Promise<void>;
}

/** One scheduler and some workers (2 if not told otherwise) under a prefix of their own. */
export async function startEngine(given: EngineOptions = {}): Promise<TestEngine> {
  const { workers = 2, settings = {}, nodes = [], redisUrl = sharedRedisUrl(), prefix = testPrefix() } = given;
  const options = { connection: redisUrl, prefix, settings: { unknownTypeGraceMs: 0, ...settings } };
  const custom = createCustomNodes({ redisUrl, prefix });
  const redis = openTestClient(redisUrl);
  const scheduler = new Scheduler(options);
  const running = Array.from({ length: workers }, () => new Worker({ ...options, nodes: [...custom.nodes, ...nodes] }));
  const producer = new Producer(options);
  await Promise.all([scheduler, ...running].map((role) => role.start()));
  return {
    producer,
    prefix,
    redis,
    stop: async () => {
      await producer.close();
      await Promise.all([scheduler, ...running].map((role) => role.stop()));
      custom.close();
      await removeKeysOf(redis, prefix);
      redis.disconnect();
    },
  };
}

/** An engine that ends with the test. */
export async function openEngine(options: EngineOptions = {}): Promise<TestEngine> {
  const engine = await startEngine(options);
  onTestFinished(() => engine.stop());
  return engine;
}
