import type { IncomingHttpHeaders, RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach } from "vitest";
import { buildRequest } from "../../../../src/nodes/http/build-request.ts";
import { createHttpClient, type HttpClient, type HttpSettings } from "../../../../src/nodes/http/http-client.ts";
import type { HttpRequest } from "../../../../src/nodes/http/http-request.ts";
import { systemNetwork, type HttpNetwork } from "../../../../src/nodes/http/network.ts";
import { startLocalServer, type LocalServer } from "./local-server.ts";

/** A signal that is never aborted. */
export const never = new AbortController().signal;

/** What tests of `http` nodes need; servers and clients are closed after each test. */
export interface HttpFixture {
  readonly serve: (listener: RequestListener) => Promise<LocalServer>;
  /** A client that may reach 127.0.0.1. */
  readonly clientOf: (settings?: HttpSettings, network?: Partial<HttpNetwork>) => HttpClient;
}

export function useHttpFixture(): HttpFixture {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
  });
  return {
    async serve(listener) {
      const server = await startLocalServer(listener);
      cleanups.push(() => server.close());
      return server;
    },
    clientOf(settings = {}, network = {}) {
      const client = createHttpClient({ httpAllowInternal: ["127.0.0.1"], ...settings }, { ...systemNetwork, ...network });
      cleanups.push(() => client.close());
      return client;
    },
  };
}

/** What a promise rejects with. */
export function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => new Error("it succeeded"),
    (error: unknown) => error as Error,
  );
}

/** The request of a node that has but a URL. */
export function get(url: string): HttpRequest {
  return buildRequest({ url }, "run.1.node");
}

/** What {@link echo} has to say of a request. */
export interface Echo {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers with the request, as JSON. */
export const echo: RequestListener = (request, response) => {
  void text(request).then((body) => response.end(JSON.stringify({ method: request.method, headers: request.headers, body })));
};
