import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BenchRedis } from "./bench-redis.ts";
import type { ProbeFigures } from "./redis-probe-main.ts";

const ENTRY = fileURLToPath(new URL("redis-probe-main.ts", import.meta.url));

export interface RedisProbe {
  /** The worst since the last time it was asked. */
  read(): Promise<ProbeFigures>;
  stop(): void;
}

/** Starts to look how long Redis keeps a client waiting, transactions and the reading of large commands included. */
export async function startRedisProbe({ url, client }: BenchRedis): Promise<RedisProbe> {
  const pid = /^process_id:(\d+)/m.exec(await client.info("server"))?.[1] ?? "";
  const child = fork(ENTRY, [url, pid], { execArgv: ["--import", "./scripts/lib/typescript.mjs"] });
  await once(child, "message");
  return {
    read: async () => {
      child.send("read");
      const [figures] = (await once(child, "message")) as [ProbeFigures];
      return figures;
    },
    stop: () => child.disconnect(),
  };
}
