import { onTestFinished } from "vitest";
import { startEmbeddedRedis, type EmbeddedRedis } from "../../src/runtime/embedded-redis.ts";
import { tempFolder } from "./temp-folder.ts";

/** A Redis server of one test's own, append-only file on, for tests that harm it. */
export interface OwnRedis {
  readonly url: string;
  /** Ends the server as a crash would. Its data and its place stay. */
  kill(): Promise<void>;
  /** Starts it again on what it had. */
  restart(): Promise<void>;
}

/** Starts one that ends with the test. */
export async function openOwnRedis(): Promise<OwnRedis> {
  const dataFolder = tempFolder();
  let exited: () => void = () => undefined;
  const start = (tcp: NonNullable<Parameters<typeof startEmbeddedRedis>[0]["tcp"]>): Promise<EmbeddedRedis> =>
    startEmbeddedRedis({ dataFolder, tcp, onExit: () => exited() });
  let redis = await start(true);
  onTestFinished(() => redis.stop());
  return {
    url: redis.url,
    kill: () =>
      new Promise((resolve) => {
        exited = resolve;
        process.kill(redis.pid, "SIGKILL");
      }),
    restart: async () => {
      redis = await start(redis.tcp ?? true);
    },
  };
}
