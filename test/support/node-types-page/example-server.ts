import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { startLocalServer, type LocalServer } from "../../unit/nodes/http/local-server.ts";

/** What the page shows in place of the example server's address. */
export const PUBLIC_ORIGIN = "http://api.example";

/** The service that the examples of `http` talk to. */
export function startExampleServer(): Promise<LocalServer> {
  return startLocalServer((request, response) => void answer(request, response));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  switch (request.url) {
    case "/ports/oslo":
      return void response.end('{"name":"Oslo","berths":14}');
    case "/bookings":
      return void response.end(`{"booked":${body}}`);
    case "/closed":
      return void response.end("We are closed today");
    case "/large":
      return void response.end(Buffer.alloc(DEFAULTS.httpMaxResponseBytes + 1));
    case "/inside":
      return void response.writeHead(302, { location: "http://10.0.0.1/" }).end();
    case "/round":
      return void response.writeHead(302, { location: "/round" }).end();
    default:
      return void response.writeHead(404).end();
  }
}
