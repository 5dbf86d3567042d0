import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { LevelflowError } from "../core/errors/levelflow-error.ts";

/** Names of the program, in order of preference. Valkey reads the same configuration and speaks the same protocol. */
const SERVER_NAMES = ["redis-server", "valkey-server"] as const;

/** Looked into after the PATH, which leaves them out in some shells and under some service managers. */
const USUAL_FOLDERS = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/usr/sbin", "/usr/local/sbin"] as const;

/**
 * The path of the Redis server program to start: what `LEVELFLOW_REDIS_SERVER` names, else the first one on the PATH.
 * Fails with `REDIS_NOT_INSTALLED` if there is none; a variable that names no program is never passed over for another one.
 */
export async function findRedisServer(
  env: Readonly<NodeJS.ProcessEnv> = process.env,
  usualFolders: readonly string[] = USUAL_FOLDERS,
): Promise<string> {
  const configured = env["LEVELFLOW_REDIS_SERVER"];
  if (configured !== undefined && configured !== "") return checkConfigured(configured);
  const folders = [...(env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""), ...usualFolders];
  for (const name of SERVER_NAMES) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await isExecutable(path)) return path;
    }
  }
  throw new LevelflowError(
    "REDIS_NOT_INSTALLED",
    "An embedded Redis was to be started, but no redis-server is on the PATH. Install one (apt-get install redis-server, " +
      "dnf install redis, apk add redis, brew install redis), name one in LEVELFLOW_REDIS_SERVER, or use a running Redis through REDIS_URL.",
  );
}

async function checkConfigured(path: string): Promise<string> {
  if (await isExecutable(path)) return path;
  throw new LevelflowError(
    "REDIS_NOT_INSTALLED",
    `An embedded Redis was to be started with LEVELFLOW_REDIS_SERVER=${path}, but that is not a program that can be run. ` +
      "Correct the variable, or unset it to have the PATH searched.",
  );
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
