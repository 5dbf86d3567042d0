import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

const POLL_MS = 15;
const CONNECT_TIMEOUT_MS = 1_000;
/** The client keeps the process alive for as long after a disconnect. */
const DISCONNECT_TIMEOUT_MS = 1;

/** Redis client options that reach an embedded Redis. They survive JSON. */
export interface SocketConnection {
  readonly path: string;
  readonly password?: string;
}

/** Waits until the server answers PING, which it does once its append-only file is loaded, and answers the server's pid. */
export async function waitUntilReady(connection: SocketConnection, signal: AbortSignal): Promise<number> {
  for (;;) {
    signal.throwIfAborted();
    const pid = await askForPid(connection);
    if (pid !== undefined) return pid;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** One attempt on a connection of its own: a client that reconnects by itself would hide why an attempt failed. */
async function askForPid(connection: SocketConnection): Promise<number | undefined> {
  const client = new Redis({
    ...connection,
    lazyConnect: true,
    enableReadyCheck: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    retryStrategy: () => null,
  });
  client.on("error", () => undefined); // The same failure rejects the calls below.
  try {
    await client.connect();
    await client.ping();
    const match = /^process_id:(\d+)/m.exec(await client.info("server"));
    return match === null ? undefined : Number(match[1]);
  } catch {
    return undefined; // Not listening yet, or still loading.
  } finally {
    client.disconnect();
  }
}
