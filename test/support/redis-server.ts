import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmbeddedRedis } from "../../src/runtime/embedded-redis.ts";

/** A Redis server for tests. */
export interface TestRedisServer {
  readonly kind: "container" | "spawn";
  readonly url: string;
  stop(): Promise<void>;
}

const REDIS_IMAGE = "redis:7";
const ENGINE_ANSWER_MS = 3_000;
const CONTAINER_START_MS = 20_000;
const REMEDY =
  "Where testcontainers cannot pull its reaper, set TESTCONTAINERS_RYUK_DISABLED=true; where it looks for ports on another address than " +
  "they are published on, TESTCONTAINERS_HOST_OVERRIDE.";
const MODES = ["auto", "container", "spawn"] as const;
type Mode = (typeof MODES)[number];

/**
 * Starts the Redis that tests run on: a container where an engine answers quickly and has the image (`CI_TESTCONTAINERS` allows to pull
 * it), a spawned redis-server otherwise. `LEVELFLOW_TEST_REDIS` (`container`, `spawn`, `auto`) overrides the choice; nothing takes the
 * place of a container that was asked for by name.
 */
export async function startTestRedis(env: Readonly<NodeJS.ProcessEnv> = process.env): Promise<TestRedisServer> {
  const mode = readMode(env["LEVELFLOW_TEST_REDIS"]);
  if (mode === "spawn" || (mode === "auto" && !(await isContainerLikely(env)))) return spawnRedis();
  try {
    return await startContainer();
  } catch (error) {
    if (mode === "container") throw new Error(`No container could be started (${firstLine(error)}). ${REMEDY}`, { cause: error });
    process.stderr.write(`No container could be started (${firstLine(error)}): the tests use a spawned redis-server.\n`);
    return spawnRedis();
  }
}

function readMode(value: string | undefined): Mode {
  if (value === undefined || value === "") return "auto";
  const mode = MODES.find((known) => known === value);
  if (mode === undefined) throw new Error(`LEVELFLOW_TEST_REDIS is "${value}"; it has to be one of ${MODES.join(", ")}.`);
  return mode;
}

async function isContainerLikely(env: Readonly<NodeJS.ProcessEnv>): Promise<boolean> {
  if (!(await isSuccess("docker", ["info"]))) return false;
  return Boolean(env["CI_TESTCONTAINERS"]) || isSuccess("docker", ["image", "inspect", REDIS_IMAGE]);
}

async function isSuccess(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await promisify(execFile)(command, args, { timeout: ENGINE_ANSWER_MS, killSignal: "SIGKILL" });
    return true;
  } catch {
    return false;
  }
}

async function startContainer(): Promise<TestRedisServer> {
  const { GenericContainer } = await import("testcontainers"); // Slow to load, and not needed by a spawned server.
  const container = await new GenericContainer(REDIS_IMAGE)
    .withCommand(["redis-server", "--appendonly", "yes", "--save", ""])
    .withExposedPorts(6379)
    .withStartupTimeout(CONTAINER_START_MS)
    .start();
  return {
    kind: "container",
    url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
    stop: async () => {
      await container.stop({ timeout: 0 });
    },
  };
}

async function spawnRedis(): Promise<TestRedisServer> {
  const dataFolder = await mkdtemp(join(tmpdir(), `levelflow-test-${randomUUID().slice(0, 8)}-`));
  const removeFolder = (): Promise<void> => rm(dataFolder, { recursive: true, force: true });
  try {
    const redis = await startEmbeddedRedis({ dataFolder, tcp: true });
    const stop = async (): Promise<void> => {
      await redis.stop();
      await removeFolder();
    };
    return { kind: "spawn", url: redis.url, stop };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

function firstLine(error: unknown): string {
  return String(error).split("\n")[0] ?? "";
}
