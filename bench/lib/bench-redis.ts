import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { startEmbeddedRedis } from "../../src/runtime/embedded-redis.ts";

/** The Redis of a benchmark. */
export interface BenchRedis {
  readonly url: string;
  readonly version: string;
  /** For looking at it. */
  readonly client: Redis;
  stop(): Promise<void>;
}

/** Starts a Redis of its own over TCP, its append-only file forced to disk every second. Nothing is left of it. */
export async function startBenchRedis(): Promise<BenchRedis> {
  const folder = await mkdtemp(join(tmpdir(), "levelflow-bench-"));
  const redis = await startEmbeddedRedis({ dataFolder: folder, tcp: true });
  const client = new Redis(redis.url);
  // A rewrite of the file halfway would hit whoever is being measured just then.
  await client.config("SET", "auto-aof-rewrite-percentage", "0");
  const version = /^redis_version:(.*)$/m.exec(await client.info("server"))?.[1]?.trim() ?? "unknown";
  return {
    url: redis.url,
    version,
    client,
    stop: async () => {
      client.disconnect();
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
