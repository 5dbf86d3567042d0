import { describe, expect, test } from "vitest";
import { RetryableError, TerminalError } from "../../../../src/core/errors/node-errors.ts";
import { failureOf, get, never, useHttpFixture } from "./http-fixture.ts";
import { startLocalServer } from "./local-server.ts";

const { serve, clientOf } = useHttpFixture();

describe("answers and faults", () => {
  test.each([300, 304, 400, 404, 410])("%i is final", async (status) => {
    const server = await serve((_request, response) => response.writeHead(status).end(status === 304 ? undefined : "no"));
    const failure = await failureOf(clientOf().fetchText(get(server.origin), never));
    expect(failure).toEqual(new TerminalError(`HTTP request returned error status: ${status}`));
  });

  test.each([
    [500, undefined, undefined],
    [503, "7", 7000],
    [429, "0", 0],
    [429, "soon", undefined],
  ])("%i with Retry-After %j can be tried again after %j ms", async (status, retryAfter, retryAfterMs) => {
    const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
    const server = await serve((_request, response) => response.writeHead(status, headers).end());
    const failure = await failureOf(clientOf().fetchText(get(server.origin), never));
    expect(failure).toBeInstanceOf(RetryableError);
    expect(failure).toMatchObject({ message: `HTTP request returned error status: ${status}`, retryAfterMs });
  });

  test("a connection that is refused can be tried again", async () => {
    const server = await startLocalServer(() => undefined);
    await server.close();
    const failure = await failureOf(clientOf().fetchText(get(server.origin), never));
    expect(failure).not.toBeInstanceOf(TerminalError);
    expect(failure.message).toMatch(/^HTTP request failed: .*ECONNREFUSED/);
  });

  test.each(["cut", "corrupt"])("a body that is %s can be tried again", async (fault) => {
    const server = await serve((_request, response) => {
      if (fault === "corrupt") return void response.setHeader("content-encoding", "gzip").end("this is no gzip");
      response.setHeader("content-length", "100").write("part");
      setTimeout(() => response.destroy(), 20);
    });
    const failure = await failureOf(clientOf().fetchText(get(server.origin), never));
    expect(failure).not.toBeInstanceOf(TerminalError);
    expect(failure.message).toMatch(/^failed to read response body: ./);
  });

  test("a host that does not resolve can be tried again, a URL that is refused cannot", async () => {
    const client = clientOf({}, { resolveHost: () => Promise.reject(new Error("EAI_AGAIN")) });
    const unresolved = await failureOf(client.fetchText(get("http://gone.example/"), never));
    expect(unresolved.message).toBe("URL validation failed: cannot resolve host 'gone.example'");
    expect(unresolved).not.toBeInstanceOf(TerminalError);
    expect(await failureOf(client.fetchText(get("ftp://x/"), never))).toBeInstanceOf(TerminalError);
  });
});
