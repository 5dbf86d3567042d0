import type { TestProject } from "vitest/node";
import { LevelflowError } from "../../src/core/errors/levelflow-error.ts";
import { startTestRedis } from "./redis-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** URL of the Redis that this test run shares; empty where none is installed. */
    redisUrl: string;
  }
}

/** One Redis for the whole test run; vitest calls this once, and what it returns at the end. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  try {
    const server = await startTestRedis();
    project.provide("redisUrl", server.url);
    return () => server.stop();
  } catch (error) {
    // The tests that need none can still run; the others say what is missing.
    if (!(error instanceof LevelflowError && error.code === "REDIS_NOT_INSTALLED")) throw error;
    project.provide("redisUrl", "");
    return undefined;
  }
}
