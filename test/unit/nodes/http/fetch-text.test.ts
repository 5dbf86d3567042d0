import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { get, never, useHttpFixture } from "./http-fixture.ts";

const { serve, clientOf } = useHttpFixture();

describe("fetchText", () => {
  test("gives the body as UTF-8 text without byte order mark", async () => {
    const server = await serve((_request, response) => response.end("\ufeffhåvn ⛵"));
    expect(await clientOf().fetchText(get(server.origin), never)).toBe("håvn ⛵");
  });

  test("sends path and query, no fragment, and uses connections again", async () => {
    const server = await serve((_request, response) => response.end("ok"));
    const client = clientOf();
    for (let count = 0; count < 5; count++) await client.fetchText(get(`${server.origin}/a?q=1#f`), never);
    expect(new Set(server.requests.map(({ path }) => path))).toEqual(new Set(["/a?q=1"]));
    // Two, since a connection is free again a moment after its body has been read.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test.each([
    ["gzip", gzipSync("text")],
    ["x-gzip", gzipSync("text")],
    ["deflate", deflateSync("text")],
    ["deflate", deflateRawSync("text")],
    ["BR", brotliCompressSync("text")],
    ["identity", Buffer.from("text")],
    ["deflate, gzip", gzipSync(deflateSync("text"))],
    ["unheard-of", Buffer.from("text")],
  ])("undoes the encoding %s", async (encoding, body) => {
    const server = await serve((_request, response) => response.setHeader("content-encoding", encoding).end(body));
    expect(await clientOf().fetchText(get(server.origin), never)).toBe("text");
  });

  test("takes an empty body for the empty text, encoded or not", async () => {
    const server = await serve((_request, response) => response.writeHead(204, { "content-encoding": "gzip" }).end());
    expect(await clientOf().fetchText(get(server.origin), never)).toBe("");
  });

  test("does not look at proxy variables", async () => {
    const server = await serve((_request, response) => response.end("direct"));
    vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:1");
    vi.stubEnv("http_proxy", "http://127.0.0.1:1");
    expect(await clientOf().fetchText(get(server.origin), never)).toBe("direct");
  });
});
