import { onTestFinished } from "vitest";
import { Producer, Scheduler, Worker, type SettingsInput, type WorkerOptions } from "../../src/index.ts";
import { redisUrl, removeKeys, testPrefix } from "./redis.ts";

export interface EngineOptions {
  readonly workers?: number;
  readonly settings?: SettingsInput;
  readonly nodes?: NonNullable<WorkerOptions["nodes"]>;
}

/** The three roles over the shared Redis, in this process. */
export interface TestEngine {
  readonly producer: Producer;
  readonly prefix: string;
  stop(): Promise<void>;
}

/** One scheduler and some workers (2 if not told otherwise) under a prefix of their own. */
export async function startEngine({ workers = 2, settings = {}, nodes = [] }: EngineOptions = {}): Promise<TestEngine> {
  const prefix = testPrefix();
  const options = { connection: redisUrl(), prefix, settings: { unknownTypeGraceMs: 0, ...settings } };
  const scheduler = new Scheduler(options);
  const running = Array.from({ length: workers }, () => new Worker({ ...options, nodes }));
  const producer = new Producer(options);
  await Promise.all([scheduler, ...running].map((role) => role.start()));
  return {
    producer,
    prefix,
    stop: async () => {
      await producer.close();
      await Promise.all([scheduler, ...running].map((role) => role.stop()));
      await removeKeys(prefix);
    },
  };
}

/** An engine that ends with the test. */
export async function openEngine(options: EngineOptions = {}): Promise<TestEngine> {
  const engine = await startEngine(options);
  onTestFinished(() => engine.stop());
  return engine;
}
