import type { RequestListener } from "node:http";
import { afterEach } from "vitest";
import { createHttpClient, type HttpClient, type HttpSettings } from "../../../../src/nodes/http/http-client.ts";
import type { ResolveHost } from "../../../../src/nodes/http/resolve-host.ts";
import { startLocalServer, type LocalServer } from "./local-server.ts";

/** A signal that is never aborted. */
export const never = new AbortController().signal;

/** What tests of `http` nodes need; servers and clients are closed after each test. */
export interface HttpFixture {
  readonly serve: (listener: RequestListener) => Promise<LocalServer>;
  /** A client that may reach 127.0.0.1. */
  readonly clientOf: (settings?: HttpSettings, resolveHost?: ResolveHost) => HttpClient;
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
    clientOf(settings = {}, resolveHost) {
      const client = createHttpClient({ httpAllowInternal: ["127.0.0.1"], ...settings }, resolveHost);
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
