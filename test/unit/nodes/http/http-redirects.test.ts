import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { TerminalError } from "../../../../src/core/errors/node-errors.ts";
import { failureOf, never, useHttpFixture } from "./http-fixture.ts";

const { serve, clientOf } = useHttpFixture();

describe("redirects", () => {
  const redirectTo =
    (location: string, status = 302): RequestListener =>
    (request, response) => {
      if (request.url === "/end") response.end("end");
      else response.writeHead(status, { location }).end("moved");
    };

  test.each([301, 302, 303, 307, 308])("of status %i are followed, relative ones too", async (status) => {
    const server = await serve(redirectTo("../end", status));
    expect(await clientOf().fetchText(`${server.origin}/a/b`, never)).toBe("end");
  });

  test.each([
    ["http://10.0.0.1/", "access to internal/private IP addresses is blocked for security reasons"],
    ["//localhost/", "access to internal/private IP addresses is blocked for security reasons"],
    ["http://[::ffff:7f00:2]/", "access to internal/private IP addresses is blocked for security reasons"],
    ["file:///etc/passwd", "invalid URL scheme 'file': only http and https are allowed"],
    ["http://u:p@127.0.0.1/", "URL must not contain a user name or password"],
    ["https:///x", "URL must have a hostname"],
  ])("to %s are refused", async (location, reason) => {
    const server = await serve(redirectTo(location));
    const failure = await failureOf(clientOf().fetchText(server.origin, never));
    expect(failure).toEqual(new TerminalError(`redirect URL validation failed: ${reason}`));
  });

  test("must stay in the list of allowed hosts", async () => {
    const server = await serve(redirectTo("http://93.184.216.34/"));
    await expect(clientOf({ httpAllowedHosts: ["127.0.0.1"] }).fetchText(server.origin, never)).rejects.toThrow(
      "redirect URL validation failed: URL hostname '93.184.216.34' is not in the allowed list",
    );
  });

  test("are nine at most: the tenth is refused", async () => {
    const server = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end("end");
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    expect(await clientOf().fetchText(`${server.origin}/9`, never)).toBe("end");
    const failure = await failureOf(clientOf().fetchText(`${server.origin}/10`, never));
    expect(failure).toEqual(new TerminalError("too many redirects (max 10)"));
    expect(server.requests).toHaveLength(20);
  });

  test("without a target are an error status", async () => {
    const server = await serve((_request, response) => response.writeHead(301).end());
    await expect(clientOf().fetchText(server.origin, never)).rejects.toThrow(
      new TerminalError("HTTP request returned error status: 301"),
    );
  });
});
