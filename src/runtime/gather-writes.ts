import type { Redis } from "ioredis";

/**
 * Has commands that are sent in one turn of the event loop leave in one write. The client would write each by itself, and a write to a
 * socket costs more than most commands do. Nothing waits for it: what is gathered leaves as soon as the turn's promises have been followed.
 */
export function gatherWrites(client: Redis): void {
  client.on("connect", () => {
    const { stream } = client;
    const write = stream.write.bind(stream);
    const gather = (...args: Parameters<typeof write>): boolean => {
      if (stream.writableCorked === 0) {
        stream.cork();
        process.nextTick(() => stream.uncork());
      }
      return write(...args);
    };
    stream.write = gather as typeof stream.write;
  });
}
