import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Redis } from "ioredis";
import { startEmbeddedRedis, type EmbeddedRedis } from "../../src/runtime/embedded-redis.ts";
import { tempFolder } from "./temp-folder.ts";

/** A Redis server of one test's own, append-only file on, for tests that harm it. */
export interface OwnRedis {
  readonly url: string;
  /** Ends the server as a crash would. Its data and its place stay. */
  kill(): Promise<void>;
  /** Takes this share from the end of what a killed server had written, as a crash of its machine may. */
  loseTail(share: number): void;
  /** Starts it again on what it had. */
  restart(): Promise<void>;
  /** Stops it from doing anything, with all its connections open: it is silent. */
  pause(): void;
  /** Lets it go on. */
  unpause(): void;
  /** Sends a command, as an operator would, and answers the reply. */
  command(name: string, ...args: readonly string[]): Promise<unknown>;
}

/** Starts one that ends with the test. */
export async function openOwnRedis(): Promise<OwnRedis> {
  const dataFolder = tempFolder();
  let exited: () => void = () => undefined;
  const start = (tcp: NonNullable<Parameters<typeof startEmbeddedRedis>[0]["tcp"]>): Promise<EmbeddedRedis> =>
    startEmbeddedRedis({ dataFolder, fsync: "always", tcp, onExit: () => exited() });
  let redis = await start(true);
  let isPaused = false;
  const unpause = (): void => {
    if (isPaused) process.kill(redis.pid, "SIGCONT");
    isPaused = false;
  };
  onTestFinished(() => {
    unpause(); // One that is paused would not end.
    return redis.stop();
  });
  return {
    url: redis.url,
    kill: () =>
      new Promise((resolve) => {
        exited = resolve;
        process.kill(redis.pid, "SIGKILL");
      }),
    loseTail: (share) => {
      const files = readdirSync(dataFolder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".aof"));
      const written = files.map((name) => join(dataFolder, name)).filter((file) => !file.endsWith(".base.aof"));
      const last = written.sort().at(-1);
      if (last === undefined) throw new Error(`no append-only file in ${dataFolder}`);
      truncateSync(last, Math.floor(statSync(last).size * (1 - share)));
    },
    restart: async () => {
      redis = await start(redis.tcp ?? true);
    },
    pause: () => {
      process.kill(redis.pid, "SIGSTOP");
      isPaused = true;
    },
    unpause,
    command: (name, ...args) => sendOnce(redis.url, name, args),
  };
}

async function sendOnce(url: string, name: string, args: readonly string[]): Promise<unknown> {
  const client = new Redis(url, { lazyConnect: true });
  try {
    await client.connect();
    return await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}
