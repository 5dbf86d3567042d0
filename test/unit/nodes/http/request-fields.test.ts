import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../src/core/json/json-value.ts";
import { createHttpNode } from "../../../../src/nodes/http/http-node.ts";
import { runNode } from "../run-node.ts";
import { echo, failureOf, useHttpFixture, type Echo } from "./http-fixture.ts";

const { serve, clientOf } = useHttpFixture();

/** What a server sees of a node. */
async function sentBy(data: JsonObject): Promise<Echo> {
  const { origin } = await serve(echo);
  return (await runNode(createHttpNode(clientOf()), {
    data: { url: origin, response_type: "json", ...data },
  })) as unknown as Echo;
}

/** How a node fails whose data is at fault; nothing is sent, as nobody listens. */
async function faultOf(data: JsonObject): Promise<string> {
  const node = createHttpNode(clientOf({ httpAllowInternal: [] }));
  return (await failureOf(runNode(node, { data: { url: "http://127.0.0.1:1/", ...data } }))).message;
}

describe("method", () => {
  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])(
    "%s is sent, in whatever case it is written",
    async (method) => {
      expect(await sentBy({ method })).toMatchObject({ method });
      expect(await sentBy({ method: method.toLowerCase() })).toMatchObject({ method });
    },
  );

  test.each<[JsonObject, string]>([
    [{}, "GET"],
    [{ method: null, body: null, json: null, headers: null }, "GET"],
    [{ body: "" }, "POST"],
    [{ json: false }, "POST"],
    [{ json: 0, method: "put" }, "PUT"],
  ])("of %j is %s", async (data, method) => {
    expect(await sentBy(data)).toMatchObject({ method });
  });

  test.each(["FETCH", "", "GET ", "CONNECT", "TRACE", "poſt", "GET / HTTP/1.1\r\nx: y", "__proto__"])(
    "%j is refused",
    async (method) => {
      const known = "use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS";
      expect(await faultOf({ method })).toBe(`invalid method ${JSON.stringify(method)}: ${known}`);
    },
  );

  test("HEAD gives the empty text, or null", async () => {
    const { origin, requests } = await serve((_request, response) => response.setHeader("content-length", "5").end());
    const node = createHttpNode(clientOf());
    expect(await runNode(node, { data: { url: origin, method: "head" } })).toBe("");
    expect(await runNode(node, { data: { url: origin, method: "head", response_type: "json" } })).toBeNull();
    expect(requests.map(({ method }) => method)).toEqual(["HEAD", "HEAD"]);
  });
});

describe("body and json", () => {
  test("a text is sent as UTF-8 plain text", async () => {
    const sent = await sentBy({ body: "håvn ⛵" });
    expect(sent).toMatchObject({
      body: "håvn ⛵",
      headers: { "content-type": "text/plain; charset=utf-8", "content-length": "9" },
    });
  });

  test.each<JsonObject>([{ json: { a: [1, null, "ø"] } }, { json: [] }, { json: "text" }, { json: 0 }, { json: false }])(
    "%j is sent as compact JSON",
    async (data) => {
      const sent = await sentBy(data);
      expect(sent).toMatchObject({ body: JSON.stringify(data["json"]), headers: { "content-type": "application/json" } });
    },
  );

  test("keys that mean something to JavaScript are sent like others", async () => {
    const json = JSON.parse('{"__proto__":{"a":1},"toJSON":"x"}') as JsonObject;
    expect((await sentBy({ json })).body).toBe('{"__proto__":{"a":1},"toJSON":"x"}');
  });

  test.each(["DELETE", "OPTIONS"])("%s may have a body", async (method) => {
    expect(await sentBy({ method, body: "text" })).toMatchObject({ method, body: "text", headers: { "content-length": "4" } });
  });

  test("an empty text is a body, too", async () => {
    expect(await sentBy({ body: "" })).toMatchObject({ body: "", headers: { "content-length": "0" } });
  });

  test.each<[JsonObject, string]>([
    [{ body: "", json: {} }, "HTTP node has both body and json: use one of them"],
    [{ method: "get", body: "" }, "HTTP node with method GET cannot have a body: use another method"],
    [{ method: "HEAD", json: 1 }, "HTTP node with method HEAD cannot have a body: use another method"],
  ])("%j is refused", async (data, message) => {
    expect(await faultOf(data)).toBe(message);
  });

  test("a body that is no text is refused without telling it", async () => {
    expect(await faultOf({ body: { password: "hush" } })).toMatch(/^(?!.*hush).* at data\.body$/);
  });
});

describe("headers", () => {
  test("are sent, above those by default", async () => {
    const headers = {
      Accept: "a/b",
      "User-Agent": "me",
      "accept-encoding": "identity",
      "X-Ünused": null,
      "x-a": "",
      "X-B": "é\tÿ",
    };
    const sent = await sentBy({ headers, json: 1 });
    expect(sent.headers).toMatchObject({ accept: "a/b", "user-agent": "me", "accept-encoding": "identity", "x-a": "" });
    expect(sent.headers["x-b"]).toBe("é\tÿ");
    expect(sent.headers["content-type"]).toBe("application/json");
    expect((await sentBy({ headers: { "CONTENT-TYPE": "a/json" }, json: 1 })).headers["content-type"]).toBe("a/json");
  });

  test("have defaults", async () => {
    const { headers } = await sentBy({});
    expect(headers).toEqual({
      accept: "*/*",
      "accept-encoding": "gzip, deflate, br",
      "user-agent": "levelflow",
      host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      connection: "keep-alive",
    });
  });

  test("named like something of JavaScript are sent like others", async () => {
    const headers = JSON.parse('{"__proto__":"a","constructor":"b"}') as JsonObject;
    const { origin } = await serve((request, response) => response.end(request.rawHeaders.join("|")));
    const sent = await runNode(createHttpNode(clientOf()), { data: { url: origin, headers } });
    expect(sent).toContain("|__proto__|a|constructor|b");
  });

  const NAMES = "use letters, digits and !#$%&'*+-.^_`|~";
  const CONNECTION = "it belongs to the connection and cannot be set";
  test.each(
    ["Host", "content-length", "Transfer-Encoding", "connection", "keep-alive", "UPGRADE", "te", "trailer", "expect"].concat([
      "Proxy-Authorization",
      "proxy-connection",
      "proxy-",
    ]),
  )("named %s are refused", async (name) => {
    expect(await faultOf({ headers: { [name]: "x" } })).toBe(`invalid header "${name}": ${CONNECTION}`);
  });

  test.each(["", "a b", "a:", "host ", "a\r\nb", "ü", "a\u0000", "(x)"])("named %j are refused", async (name) => {
    expect(await faultOf({ headers: { [name]: "x" } })).toBe(`invalid header name ${JSON.stringify(name)}: ${NAMES}`);
  });

  test.each<[unknown, string]>([
    ["hush\r\nhost: x", "its value has a line break or control character"],
    ["hush\n", "its value has a line break or control character"],
    ["\u0000hush", "its value has a line break or control character"],
    ["hush\u007f", "its value has a line break or control character"],
    ["hush\u0100", "its value has a character above U+00FF"],
    ["hush😀", "its value has a character above U+00FF"],
    [["hush"], "its value is no text"],
    [7, "its value is no text"],
  ])("of value %j are refused, without telling it", async (value, reason) => {
    expect(await faultOf({ headers: { "x-a": value } as JsonObject })).toBe(`invalid header "x-a": ${reason}`);
  });

  test.each<unknown>(["a: b", ["a"], 5])("that are %j are refused", async (headers) => {
    expect(await faultOf({ headers } as JsonObject)).toBe("invalid headers: use an object of names and texts");
  });

  test("given twice are refused", async () => {
    expect(await faultOf({ headers: { "X-A": "1", "x-a": "2" } })).toBe('invalid header "x-a": it is given as "X-A", too');
    expect(await sentBy({ headers: { "X-A": null, "x-a": "2" } })).toMatchObject({ headers: { "x-a": "2" } });
  });
});

describe("idempotency-key", () => {
  test.each([
    ["POST", "run.1.node"],
    ["PATCH", "run.1.node"],
    ["PUT", undefined],
    ["DELETE", undefined],
    ["GET", undefined],
  ])("of %s is %j", async (method, key) => {
    expect((await sentBy({ method })).headers["idempotency-key"]).toBe(key);
  });

  test("may be set by the node itself", async () => {
    expect((await sentBy({ body: "x", headers: { "Idempotency-Key": "mine" } })).headers["idempotency-key"]).toBe("mine");
  });
});

describe("response_type", () => {
  async function resultOf(body: string, data: JsonObject, status = 200): Promise<unknown> {
    const { origin } = await serve((_request, response) => response.writeHead(status).end(body));
    return runNode(createHttpNode(clientOf()), { data: { url: origin, ...data } });
  }

  test.each(["text", undefined, null])("%j gives the text", async (type) => {
    expect(await resultOf('{"a":1}', type === undefined ? {} : { response_type: type })).toBe('{"a":1}');
    expect(await resultOf("", { response_type: "text" }, 204)).toBe("");
  });

  test("json gives the value", async () => {
    const json = { response_type: "json" };
    expect(await resultOf(' {"a":[1,null]}\n', json)).toEqual({ a: [1, null] });
    expect(await resultOf('\ufeff"x"', json)).toBe("x");
    expect(await resultOf("", json)).toBeNull();
    expect(await resultOf("", json, 204)).toBeNull();
    const odd = (await resultOf('{"__proto__":{"polluted":true}}', json)) as JsonObject;
    expect(Object.entries(odd)).toEqual([["__proto__", { polluted: true }]]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test.each([
    ["<html>hush</html>", "it is other text"],
    ["hush", "it is other text"],
    ['["hush",]', "it is other text"],
    ['["hush" 1]', "unexpected character at position 8"],
    ['{"hush":', "it ends too soon"],
    [" ", "it ends too soon"],
  ])("json of %j fails without telling it", async (body, reason) => {
    const failure = await failureOf(resultOf(body, { response_type: "json" }));
    expect(failure).toMatchObject({ name: "TerminalError", message: `failed to parse response as JSON: ${reason}` });
    expect(failure.cause).toBeUndefined();
  });

  test.each(["xml", "", "JSON"])("%j is refused", async (type) => {
    expect(await faultOf({ response_type: type })).toBe(`invalid response_type ${JSON.stringify(type)}: use text or json`);
  });
});

test("faults are told in the order url, method, headers, body, response_type", async () => {
  const data = { method: "x", headers: 1, body: "", json: 1, response_type: "x" };
  const node = createHttpNode(clientOf());
  expect((await failureOf(runNode(node, { data }))).message).toBe("HTTP node missing url");
  expect(await faultOf(data)).toMatch(/^invalid method/);
  expect(await faultOf({ ...data, method: "get" })).toMatch(/^invalid headers/);
  expect(await faultOf({ ...data, method: "get", headers: {} })).toMatch(/both body and json/);
  expect(await faultOf({ ...data, method: "get", headers: {}, json: null })).toMatch(/cannot have a body/);
  expect(await faultOf({ ...data, method: null, headers: {}, json: null })).toMatch(/^invalid response_type/);
});
