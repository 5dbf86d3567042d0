import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** Stands between clients and a server on this machine and holds every byte back for a while, in both directions together. */
export interface DelayProxy {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts one. What comes meanwhile is held back as well, but never reordered: it adds latency, and takes no bandwidth away. */
export async function startDelayProxy(target: { readonly port: number }, roundTripMs: number): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ port: target.port, host: "127.0.0.1" });
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    passOn(client, upstream, roundTripMs / 2);
    passOn(upstream, client, roundTripMs / 2);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as { port: number }).port,
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

/** One timer a chunk. Node's timers of one length fire in the order in which they were set. */
function passOn(from: Socket, to: Socket, delayMs: number): void {
  from.on("data", (chunk) => {
    if (delayMs === 0) to.write(chunk);
    else setTimeout(() => to.write(chunk), delayMs);
  });
}
