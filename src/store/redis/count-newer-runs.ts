import type { Redis } from "ioredis";
import { StoreKeys } from "./keys.ts";
import { RECORD_VERSION } from "./record-version.ts";

/** How many of the unfinished runs a newer version of levelflow has written, among the first `limit`. */
export async function countNewerRuns(
  client: Redis,
  { prefix, limit }: { readonly prefix: string; readonly limit: number },
): Promise<number> {
  const keys = new StoreKeys(prefix);
  const ids = await client.zrange(keys.unfinished, "0", String(limit - 1));
  const versions = await Promise.all(ids.map((id) => client.hget(keys.run(id), "version")));
  return versions.filter((version) => Number(version ?? 1) > RECORD_VERSION).length;
}
