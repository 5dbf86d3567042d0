import { describe, expect, test } from "vitest";
import { HTTP_METHODS, type HttpMethod, type HttpRequest } from "../../../../src/nodes/http/http-request.ts";
import { isRedirectStatus, redirectRequest } from "../../../../src/nodes/http/redirect-request.ts";

const FROM = new URL("https://example.org/a");

function redirected(request: Partial<HttpRequest>, status: number, to = "https://example.org/b"): HttpRequest {
  const whole = { url: FROM.href, method: "GET", headers: new Map<string, string>(), ...request } as const;
  return redirectRequest(whole, { status, from: FROM, to: new URL(to) });
}

/** What each method becomes, in the order of `HTTP_METHODS`. */
const REWRITES: [status: number, methods: readonly HttpMethod[]][] = [
  [301, ["GET", "HEAD", "GET", "PUT", "PATCH", "DELETE", "OPTIONS"]],
  [302, ["GET", "HEAD", "GET", "PUT", "PATCH", "DELETE", "OPTIONS"]],
  [303, ["GET", "HEAD", "GET", "GET", "GET", "GET", "GET"]],
  [307, HTTP_METHODS],
  [308, HTTP_METHODS],
];

describe("redirectRequest", () => {
  test.each(REWRITES)("of status %i makes the methods %j", (status, methods) => {
    expect(HTTP_METHODS.map((method) => redirected({ method }, status).method)).toEqual(methods);
  });

  test.each(REWRITES)(
    "of status %i drops the body and its headers with a method that changes, and only then",
    (status, methods) => {
      const headers = new Map([
        ["content-type", "a/b"],
        ["content-language", "no"],
        ["x-content", "kept"],
      ]);
      for (const [index, method] of HTTP_METHODS.entries()) {
        if (method === "GET" || method === "HEAD") continue;
        const next = redirected({ method, body: "text", headers }, status);
        const isKept = methods[index] === method;
        expect(next.body).toBe(isKept ? "text" : undefined);
        expect([...next.headers.keys()]).toEqual(isKept ? [...headers.keys()] : ["x-content"]);
      }
    },
  );

  test("asks for the target", () => {
    expect(redirected({}, 302).url).toBe("https://example.org/b");
    expect(Object.keys(redirected({}, 307))).not.toContain("body");
  });

  const HEADERS = new Map(
    [
      "accept",
      "accept-encoding",
      "accept-language",
      "authorization",
      "content-type",
      "cookie",
      "idempotency-key",
      "user-agent",
      "x-api-key",
    ].map((name) => [name, "value"] as const),
  );
  const HARMLESS = ["accept", "accept-encoding", "accept-language", "content-type", "user-agent"];

  test.each(["http://example.org/", "https://example.org:444/", "https://www.example.org/", "https://example.org./"])(
    "takes only harmless headers along to %s, which is another origin",
    (to) => {
      expect([...redirected({ headers: HEADERS }, 307, to).headers.keys()]).toEqual(HARMLESS);
    },
  );

  test.each(["https://example.org:443/c", "https://EXAMPLE.org/"])("takes all of them along to %s, the same origin", (to) => {
    expect(redirected({ headers: HEADERS }, 307, to).headers).toEqual(HEADERS);
  });

  test("leaves the request that it is made of as it is", () => {
    const headers = new Map(HEADERS);
    redirected({ method: "POST", body: "text", headers }, 303, "http://other.example/");
    expect(headers).toEqual(HEADERS);
  });
});

test("only five statuses are redirects", () => {
  const statuses = Array.from({ length: 500 }, (_, index) => 100 + index).filter(isRedirectStatus);
  expect(statuses).toEqual([301, 302, 303, 307, 308]);
});
