import { randomBytes } from "node:crypto";
import { realpath, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { LevelflowError } from "../core/errors/levelflow-error.ts";
import { renderRedisConfig, type TcpAccess } from "./embedded-redis-config.ts";
import { RedisProcess, type EmbeddedRedisExit } from "./embedded-redis-process.ts";
import { findRedisServer } from "./find-redis-server.ts";
import { lockDataFolder } from "./lock-data-folder.ts";
import { openRedisLog } from "./redis-log.ts";
import type { SocketConnection } from "./redis-readiness.ts";
import { makePrivateFolder, prepareSocketPath, waitUntilSilent } from "./redis-socket.ts";

/** How an embedded Redis is started. */
export interface EmbeddedRedisOptions {
  /** The folder that keeps its data, made if need be and locked until it has stopped. Redis' own files lie in `redis/` in it. */
  readonly dataFolder: string;
  /** When the append-only file is forced to disk: a crash of the machine loses up to a second with `everysec`, nothing with `always`,
   *  which makes every commit wait for the disk. A crash of processes alone loses nothing either way. @default "everysec" */
  readonly fsync?: "everysec" | "always";
  /** Listen on loopback too, for clients that cannot use a Unix socket: `true` takes a free port and a random password, an object
   *  the ones of an earlier start, so that its clients find this one. @default false */
  readonly tcp?: boolean | TcpAccess;
  /** How long to wait until Redis answers, in ms; loading a large append-only file is part of it. @default 60_000 */
  readonly startTimeoutMs?: number;
  /** How long `stop` lets Redis write what it has before it is killed, in ms. @default 10_000 */
  readonly stopTimeoutMs?: number;
  /** Called once when Redis ends without having been told to. The folder is free again by then: it can be started anew. */
  readonly onExit?: (exit: EmbeddedRedisExit) => void;
  /** Where `PATH` and `LEVELFLOW_REDIS_SERVER` are read. @default process.env */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

/** A private Redis server that runs as a child of this process and ends with it, however that ends. */
export interface EmbeddedRedis {
  /** What a Redis client in this process connects with. */
  readonly connection: SocketConnection;
  /** The same for another process, as `REDIS_URL`: the socket's path, or a redis:// URL with the password if there is `tcp`. */
  readonly url: string;
  readonly socketPath: string;
  /** Set if there is `tcp`: what a later start is given to be found in the same place. */
  readonly tcp: TcpAccess | undefined;
  /** The server's own process. */
  readonly pid: number;
  readonly logFile: string;
  /** Ends Redis, after it has written everything, and frees the data folder. Repeating it does nothing. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
/** A server whose parent was killed may still be writing: how long the next one waits for it to end. */
const PREDECESSOR_TIMEOUT_MS = 15_000;
/** Another program may take a free port between its choice and its use. */
const maxPortAttempts = 3;
const PASSWORD_BYTES = 32;

/**
 * Starts a Redis server of this process' own on a data folder, and answers once it can be used. What an earlier one left there is loaded.
 * Fails with `REDIS_NOT_INSTALLED`, `DATA_FOLDER_LOCKED`, or `REDIS_UNAVAILABLE` with the end of Redis' log.
 */
export async function startEmbeddedRedis(options: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const serverPath = await findRedisServer(options.env);
  const lock = await lockDataFolder(options.dataFolder);
  try {
    const folder = join(await realpath(options.dataFolder), "redis");
    await makePrivateFolder(folder);
    const socketPath = await prepareSocketPath(folder);
    if (!(await waitUntilSilent(socketPath, PREDECESSOR_TIMEOUT_MS))) throw orphanError(options.dataFolder, socketPath);
    return await startOnFolder({ options, serverPath, folder, socketPath, release: () => lock.release() });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Place {
  readonly options: EmbeddedRedisOptions;
  readonly serverPath: string;
  readonly folder: string;
  readonly socketPath: string;
  readonly release: () => Promise<void>;
}

async function startOnFolder(place: Place): Promise<EmbeddedRedis> {
  for (let attempt = 1; ; attempt++) {
    const tcp = await chooseTcpAccess(place.options.tcp ?? false);
    try {
      return await startOnce(place, tcp);
    } catch (error) {
      const mayRetry = place.options.tcp === true && attempt < maxPortAttempts && isPortTaken(error);
      if (!mayRetry) throw error;
    }
  }
}

async function startOnce(place: Place, tcp: TcpAccess | undefined): Promise<EmbeddedRedis> {
  const { options, folder, socketPath } = place;
  const configFile = join(folder, "redis.conf");
  await rm(configFile, { force: true }); // An existing file would keep its mode.
  const config = renderRedisConfig({ folder, socketPath, fsync: options.fsync ?? "everysec", tcp });
  await writeFile(configFile, config, { mode: 0o600, flag: "wx" });
  const server = new RedisProcess({
    serverPath: place.serverPath,
    configFile,
    socketPath,
    log: await openRedisLog(join(folder, "redis.log")),
    release: place.release,
    onExit: options.onExit,
    stopTimeoutMs: options.stopTimeoutMs ?? STOP_TIMEOUT_MS,
  });
  const secret = tcp === undefined ? {} : { password: tcp.password };
  const pid = await server.start({ path: socketPath, ...secret }, options.startTimeoutMs ?? START_TIMEOUT_MS);
  return {
    connection: { path: socketPath, ...secret },
    url: tcp === undefined ? socketPath : `redis://:${tcp.password}@127.0.0.1:${tcp.port}`,
    socketPath,
    tcp,
    pid,
    logFile: join(folder, "redis.log"),
    stop: () => server.stop(),
  };
}

async function chooseTcpAccess(tcp: boolean | TcpAccess): Promise<TcpAccess | undefined> {
  if (tcp === false) return undefined;
  if (tcp !== true) return tcp;
  return { port: await findFreePort(), password: randomBytes(PASSWORD_BYTES).toString("hex") };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function isPortTaken(error: unknown): boolean {
  return error instanceof LevelflowError && error.message.includes("Address already in use");
}

function orphanError(dataFolder: string, socketPath: string): LevelflowError {
  return new LevelflowError(
    "DATA_FOLDER_LOCKED",
    `The data folder ${dataFolder} is in use: a Redis server answers at ${socketPath}. Stop the process that runs it, or use another folder.`,
  );
}
