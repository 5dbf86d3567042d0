import type { Redis } from "ioredis";

export interface SilenceOptions {
  /** How long nothing may come back before the connection is given up, in ms. */
  readonly silenceMs: number;
  /** Whether to ask with PING when nothing else is under way. Not on a connection that waits for jobs: the answer would wait as well. */
  readonly mayPing: boolean;
}

const TICK_MS = 250;
/** A connection is asked when it has been silent for this part of the time: the rest is for the answer. */
const PING_SHARE = 3;
/** A tick that comes this late tells of a process that was held up, not of Redis. */
const LATE_MS = 1_000;
/** While something large is on its way to Redis nothing comes back either. */
const UPLOAD_MS = 60_000;

/**
 * Ends the client's connection when it is open but silent, so that the client makes a new one. Where the host of Redis has vanished without
 * a word, or something in between swallows all bytes, TCP would take a quarter of an hour to notice, or never would.
 */
export function endSilentConnections(client: Redis, options: SilenceOptions): void {
  let timer: NodeJS.Timeout | undefined;
  client.on("connect", () => {
    clearInterval(timer);
    timer = setInterval(createTick(client, options), TICK_MS);
    timer.unref();
  });
  client.on("close", () => clearInterval(timer));
}

/** Looks at one connection, from its opening on. */
function createTick(client: Redis, { silenceMs, mayPing }: SilenceOptions): () => void {
  const { stream } = client;
  let [heardAt, tickAt] = [performance.now(), performance.now()];
  let [received, unsent] = [0, 0];
  let isAsking = false;
  return () => {
    const now = performance.now();
    const isLate = now - tickAt > TICK_MS + LATE_MS;
    tickAt = now;
    if (isLate || stream.bytesRead !== received || stream.writableLength !== unsent) {
      [heardAt, received, unsent] = [now, stream.bytesRead, stream.writableLength];
      return;
    }
    const silentMs = now - heardAt;
    const isReady = client.status === "ready";
    const isDue = isReady ? isAsking : client.status === "connect";
    if (isDue && silentMs >= (unsent > 0 ? UPLOAD_MS : silenceMs)) {
      stream.destroy(new Error(`Redis does not answer: nothing came back for ${String(silenceMs)} ms`));
    } else if (isReady && mayPing && !isAsking && silentMs >= silenceMs / PING_SHARE) {
      isAsking = true;
      void client.ping().then(
        () => (isAsking = false),
        () => (isAsking = false),
      );
    }
  };
}
