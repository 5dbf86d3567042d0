import type { IncomingMessage } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { TerminalError } from "../../../../src/core/errors/node-errors.ts";
import { buildRequest } from "../../../../src/nodes/http/build-request.ts";
import { failureOf, get, never, useHttpFixture } from "./http-fixture.ts";

const { serve, clientOf } = useHttpFixture();

describe("limits", () => {
  test("a body may be as large as the limit, decoded, and no larger", async () => {
    const server = await serve((request, response) => {
      const body = "x".repeat(Number(request.url?.slice(1)));
      response.setHeader("content-encoding", "gzip").end(gzipSync(body));
    });
    const client = clientOf({ httpMaxResponseBytes: 1000 });
    expect(await client.fetchText(get(`${server.origin}/1000`), never)).toHaveLength(1000);
    const failure = await failureOf(client.fetchText(get(`${server.origin}/1001`), never));
    expect(failure).toEqual(new TerminalError("response too large (exceeds 1000 bytes limit)"));
  });

  test("an endless body is left at the limit, and a compressed bomb too", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const server = await serve((request, response) => {
      if (request.url === "/bomb") return void response.setHeader("content-encoding", "gzip").end(bomb);
      const write = (): void => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
      };
      response.on("drain", write);
      write();
    });
    const client = clientOf({ httpMaxResponseBytes: 100_000 });
    for (const path of ["/endless", "/bomb"]) {
      await expect(client.fetchText(get(server.origin + path), never)).rejects.toThrow(
        "response too large (exceeds 100000 bytes limit)",
      );
    }
  });

  test.each(["/no-answer", "/slow-body"])("the time limit covers %s", async (path) => {
    const server = await serve((request, response) => {
      if (request.url === "/slow-body") response.write("part");
    });
    const failure = await failureOf(clientOf({ httpTimeoutMs: 150 }).fetchText(get(server.origin + path), never));
    expect(failure.message).toBe("HTTP request failed: it took longer than the limit of 150ms");
    expect(failure).not.toBeInstanceOf(TerminalError);
  });

  test("the time limit covers a resolver that does not answer", async () => {
    const resolveHost = (): Promise<never> => new Promise(() => undefined);
    const client = clientOf({ httpTimeoutMs: 50 }, { resolveHost });
    await expect(client.fetchText(get("http://slow.example/"), never)).rejects.toThrow("limit of 50ms");
  });

  test("the signal ends a request with its reason, before and while it runs", async () => {
    const controller = new AbortController();
    const reason = new Error("run failed");
    const server = await serve((_request, response) => {
      response.write("part");
      controller.abort(reason);
    });
    expect(await failureOf(clientOf().fetchText(get(server.origin), controller.signal))).toBe(reason);
    expect(await failureOf(clientOf().fetchText(get(server.origin), controller.signal))).toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  describe("while a body is sent that nobody takes", () => {
    // More than the buffers between two sockets hold.
    const body = "x".repeat(16_000_000);

    afterEach(() => vi.useRealTimers());

    test("the time limit holds", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const server = await serve((request) => {
        request.pause();
        vi.advanceTimersByTime(5_000);
      });
      const request = buildRequest({ url: server.origin, body }, "key");
      const failure = await failureOf(clientOf({ httpTimeoutMs: 5_000 }).fetchText(request, never));
      expect(failure.message).toBe("HTTP request failed: it took longer than the limit of 5s");
    });

    test("the signal ends the request and its connection", async () => {
      const controller = new AbortController();
      const reason = new Error("run failed");
      const received: IncomingMessage[] = [];
      const server = await serve((request) => {
        received.push(request.pause());
        controller.abort(reason);
      });
      const request = buildRequest({ url: server.origin, body }, "key");
      expect(await failureOf(clientOf().fetchText(request, controller.signal))).toBe(reason);
      const [cut] = received;
      await new Promise((resolve) =>
        cut
          ?.resume()
          .on("error", () => undefined)
          .once("close", resolve),
      );
      expect(cut?.complete).toBe(false);
    });
  });
});
