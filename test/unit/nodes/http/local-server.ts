import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A server on 127.0.0.1 with a port of its own. */
export interface LocalServer {
  readonly port: number;
  /** Its address as a URL without path. */
  readonly origin: string;
  /** What was asked for, and the `Host` it named. */
  readonly requests: { readonly method: string; readonly path: string; readonly host: string }[];
  /** Connections that were made. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function startLocalServer(listener: RequestListener): Promise<LocalServer> {
  const requests: LocalServer["requests"] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? "", path: request.url ?? "", host: request.headers.host ?? "" });
    listener(request, response);
  });
  server.on("connection", (socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { port, origin: `http://127.0.0.1:${port}`, requests, connections: () => sockets.size, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}
