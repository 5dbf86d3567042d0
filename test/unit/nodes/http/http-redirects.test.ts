import type { IncomingMessage, RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { TerminalError } from "../../../../src/core/errors/node-errors.ts";
import { buildRequest } from "../../../../src/nodes/http/build-request.ts";
import { echo, failureOf, get, never, useHttpFixture, type Echo } from "./http-fixture.ts";

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
    expect(await clientOf().fetchText(get(`${server.origin}/a/b`), never)).toBe("end");
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
    const failure = await failureOf(clientOf().fetchText(get(server.origin), never));
    expect(failure).toEqual(new TerminalError(`redirect URL validation failed: ${reason}`));
  });

  test("must stay in the list of allowed hosts", async () => {
    const server = await serve(redirectTo("http://93.184.216.34/"));
    await expect(clientOf({ httpAllowedHosts: ["127.0.0.1"] }).fetchText(get(server.origin), never)).rejects.toThrow(
      "redirect URL validation failed: URL hostname '93.184.216.34' is not in the allowed list",
    );
  });

  test("are nine at most: the tenth is refused", async () => {
    const server = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end("end");
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    expect(await clientOf().fetchText(get(`${server.origin}/9`), never)).toBe("end");
    const failure = await failureOf(clientOf().fetchText(get(`${server.origin}/10`), never));
    expect(failure).toEqual(new TerminalError("too many redirects (max 10)"));
    expect(server.requests).toHaveLength(20);
  });

  test("without a target are an error status", async () => {
    const server = await serve((_request, response) => response.writeHead(301).end());
    await expect(clientOf().fetchText(get(server.origin), never)).rejects.toThrow(
      new TerminalError("HTTP request returned error status: 301"),
    );
  });

  test.each([
    [302, "POST", { method: "GET", body: "" }],
    [303, "PUT", { method: "GET", body: "" }],
    [301, "PUT", { method: "PUT", body: "text" }],
    [307, "POST", { method: "POST", body: "text" }],
    [308, "DELETE", { method: "DELETE", body: "text" }],
  ])("of status %i to a %s are made as %j", async (status, method, expected) => {
    const server = await serve((request, response) => {
      if (request.url === "/end") echo(request, response);
      else response.writeHead(status, { location: "/end" }).end();
    });
    const request = buildRequest({ url: server.origin, method, body: "text", headers: { authorization: "a" } }, "key");
    const { headers, ...sent } = JSON.parse(await clientOf().fetchText(request, never)) as Echo;
    expect(sent).toEqual(expected);
    expect(headers["content-type"] !== undefined).toBe(expected.body !== "");
    expect(headers.authorization).toBe("a");
  });

  test("to another origin leave credentials behind, and do not find them again at home", async () => {
    const seen: [place: string, headers: readonly string[]][] = [];
    const note = (place: string, request: IncomingMessage): void => {
      seen.push([place, Object.keys(request.headers).filter((name) => !["host", "connection", "content-length"].includes(name))]);
    };
    const home = await serve((request, response) => {
      note(`home${request.url ?? ""}`, request);
      const target = new Map([
        ["/", "/on"],
        ["/on", `${away.origin}/`],
        ["/back", "/end"],
      ]).get(request.url ?? "");
      if (target === undefined) response.end("end");
      else response.writeHead(307, { location: target }).end();
    });
    const away = await serve((request, response) => {
      note("away", request);
      response.writeHead(307, { location: `${home.origin}/back` }).end();
    });
    const headers = { authorization: "a", cookie: "b", "x-api-key": "c", "x-custom": "d", "accept-language": "no" };
    const request = buildRequest({ url: `${home.origin}/`, headers, body: "text" }, "key");
    expect(await clientOf().fetchText(request, never)).toBe("end");
    const harmless = ["accept", "accept-encoding", "user-agent", "content-type", "accept-language"];
    const all = [
      ...harmless.slice(0, 4),
      "idempotency-key",
      "authorization",
      "cookie",
      "x-api-key",
      "x-custom",
      "accept-language",
    ];
    expect(seen).toEqual([
      ["home/", all],
      ["home/on", all],
      ["away", harmless],
      ["home/back", harmless],
      ["home/end", harmless],
    ]);
  });

  test("with several targets are refused", async () => {
    const server = await serve((_request, response) => response.writeHead(302, ["location", "/a", "location", "/b"]).end());
    const failure = await failureOf(clientOf().fetchText(get(server.origin), never));
    expect(failure).toEqual(new TerminalError("redirect URL validation failed: more than one Location header"));
  });

  test("are read as UTF-8", async () => {
    const server = await serve((request, response) => {
      if (request.url !== "/") return void response.end(request.url);
      response.writeHead(302, { location: Buffer.from("/håvn").toString("latin1") }).end();
    });
    expect(await clientOf().fetchText(get(server.origin), never)).toBe("/h%C3%A5vn");
  });
});
