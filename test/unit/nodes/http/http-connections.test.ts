import { describe, expect, test } from "vitest";
import { buildRequest } from "../../../../src/nodes/http/build-request.ts";
import type { ResolveHost } from "../../../../src/nodes/http/network.ts";
import { failureOf, get, never, useHttpFixture } from "./http-fixture.ts";

const { serve, clientOf } = useHttpFixture();

describe("connections", () => {
  test("go to the address that was checked, though the resolver changes its mind", async () => {
    const server = await serve((_request, response) => response.end("checked"));
    let count = 0;
    const resolveHost: ResolveHost = () => {
      count++;
      return Promise.resolve([{ address: count === 1 ? "127.0.0.1" : "127.0.0.99", family: 4 }]);
    };
    const client = clientOf({}, { resolveHost });
    expect(await client.fetchText(get(`http://rebind.example:${server.port}/`), never)).toBe("checked");
    expect(server.requests).toEqual([{ method: "GET", path: "/", host: `rebind.example:${server.port}` }]);
    expect(count).toBe(1);
  });

  test("are not made when the second answer of a resolver leads inside", async () => {
    const server = await serve((_request, response) => response.setHeader("connection", "close").end("ok"));
    const answers = ["127.0.0.1", "127.0.0.2"];
    const client = clientOf({}, { resolveHost: () => Promise.resolve([{ address: answers.shift() ?? "", family: 4 }]) });
    const url = `http://rebind.example:${server.port}/`;
    expect(await client.fetchText(get(url), never)).toBe("ok");
    await expect(client.fetchText(get(url), never)).rejects.toThrow("blocked for security reasons");
    expect(server.requests).toHaveLength(1);
  });

  test("try every checked address of a host", async () => {
    const server = await serve((_request, response) => response.end("second"));
    const resolveHost: ResolveHost = () =>
      Promise.resolve(["127.0.0.77", "127.0.0.1"].map((address) => ({ address, family: 4 as const })));
    const client = clientOf({ httpAllowInternal: ["127.0.0.0/8"] }, { resolveHost });
    expect(await client.fetchText(get(`http://two.example:${server.port}/`), never)).toBe("second");
  });

  test.each(["GET", "POST"])("that end before an answer make no second %s", async (method) => {
    const server = await serve((request, response) => {
      if (request.url === "/first") response.end("ok");
      else request.socket.resetAndDestroy();
    });
    const client = clientOf();
    expect(await client.fetchText(get(`${server.origin}/first`), never)).toBe("ok");
    const request = buildRequest({ url: `${server.origin}/second`, method }, "key");
    const failure = await failureOf(client.fetchText(request, never));
    expect(failure.message).toMatch(/^HTTP request failed: ./);
    expect(server.requests.map(({ path }) => path)).toEqual(["/first", "/second"]);
  });
});
