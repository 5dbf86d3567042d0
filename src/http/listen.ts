import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { LevelflowError } from "../core/errors/levelflow-error.ts";

export interface ListenOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Named in errors: what is to listen, and which setting says where. */
  readonly what: string;
  readonly setting: string;
}

export interface HttpServer {
  /** Where it listens, as a URL. */
  readonly url: string;
  /** Takes no more requests, gives those under way a moment, and lets go of the port. Idempotent. */
  close(): Promise<void>;
}

/** How long requests under way may go on when the server closes, in ms. */
const CLOSE_GRACE_MS = 2_000;
/** How long a client may take to send a request, in ms; requests are small. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Serves an app. `INVALID_SETTING` if the address is not this machine's, is taken, or may not be used. */
export async function listen(app: Hono, options: ListenOptions): Promise<HttpServer> {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => void listener(request, response));
  await opened(server, options);
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${urlHost(options.host)}:${String(port)}`,
    close: () => (closed ??= close(server)),
  };
}

function opened(server: Server, { host, port, what, setting }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason = REASONS[error.code ?? ""] ?? error.message;
      const message = `${what} cannot listen on ${urlHost(host)}:${String(port)}: ${reason}; ${setting} says where`;
      reject(new LevelflowError("INVALID_SETTING", message, { cause: error }));
    });
    server.listen({ host, port }, resolve);
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another process listens there",
  EACCES: "this user may not use the port",
  EADDRNOTAVAIL: "this machine does not have the address",
  ENOTFOUND: "there is no such host",
};

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** IPv6 addresses stand in brackets. */
function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
