import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Which way bytes go. */
export type Direction = "to Redis" | "from Redis";

/** Passes TCP connections on to Redis, and does to them what networks do. */
export class FaultyProxy {
  readonly #targetPort: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #held = new Map<Direction, { readonly over: Promise<void>; readonly end: () => void }>();
  #delayMs = 0;

  constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((client) => this.#accept(client));
  }

  /** Listens, and answers where. */
  async start(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.calm();
    this.cut();
    this.#server.close();
  }

  /** Holds every piece back for so long. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** Stops one direction of all connections, new ones too; the other goes on, and nobody is told. */
  halve(direction: Direction): void {
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    this.#held.set(direction, { over, end });
  }

  /** Ends every connection at once. What was on its way is lost. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Takes back delays and halves; what was held goes on. */
  calm(): void {
    this.#delayMs = 0;
    for (const { end } of this.#held.values()) end();
    this.#held.clear();
  }

  #accept(client: Socket): void {
    const redis = connect({ port: this.#targetPort, host: "127.0.0.1", noDelay: true });
    client.setNoDelay(true);
    const pair = [client, redis] as const;
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      client.destroy();
      redis.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end);
    void this.#pump(client, redis, "to Redis").finally(end);
    void this.#pump(redis, client, "from Redis").finally(end);
  }

  async #pump(from: Socket, to: Socket, direction: Direction): Promise<void> {
    try {
      for await (const piece of from) {
        await this.#held.get(direction)?.over;
        if (this.#delayMs > 0) await sleep(this.#delayMs);
        if (!to.destroyed && !to.write(piece as Buffer)) await Promise.race([once(to, "drain"), once(to, "close")]);
      }
    } catch {
      // Either end was cut.
    }
  }
}
