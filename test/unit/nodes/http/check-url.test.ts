import { describe, expect, test } from "vitest";
import { checkUrl } from "../../../../src/nodes/http/check-url.ts";

describe("checkUrl", () => {
  test.each([
    ["HTTP://Example.ORG/a b?q#f", "http://example.org/a%20b?q#f"],
    ["https://bücher.example", "https://xn--bcher-kva.example/"],
    ["http://0x7f.1:80/", "http://127.0.0.1/"],
    ["http://[::1]:8080", "http://[::1]:8080/"],
  ])("reads %j as %j", (text, href) => {
    const check = checkUrl(text);
    expect(check.ok && check.url.href).toBe(href);
  });

  test.each([
    ["", "invalid URL"],
    ["http://exa\tmple.org", "invalid URL"],
    ["http://example.org/\n", "invalid URL"],
    ["\u0000http://example.org", "invalid URL"],
    ["http://example.org/\u007f", "invalid URL"],
    ["http:\t//u:p@x", "invalid URL"],
    ["//example.org", "invalid URL"],
    ["example.org", "invalid URL"],
    ["http://example.org:99999/", "invalid URL"],
    ["http://256.1.1.1/", "invalid URL"],
    ["http://[::1/", "invalid URL"],
    ["http:example.org", "URL must have a hostname"],
    ["HTTPS:/example.org", "URL must have a hostname"],
    ["http:///example.org", "URL must have a hostname"],
    ["http:\\\\example.org", "URL must have a hostname"],
    ["http://", "URL must have a hostname"],
    ["http://:80/", "URL must have a hostname"],
    ["http://user@/", "URL must have a hostname"],
    ["https://?q", "URL must have a hostname"],
    [" http:127.0.0.1", "URL must have a hostname"],
    ["ftp://example.org/", "invalid URL scheme 'ftp': only http and https are allowed"],
    ["FILE:///etc/passwd", "invalid URL scheme 'file': only http and https are allowed"],
    ["javascript:alert(1)", "invalid URL scheme 'javascript': only http and https are allowed"],
    ["gopher://u:p@127.0.0.1/", "invalid URL scheme 'gopher': only http and https are allowed"],
    ["http://user@example.org/", "URL must not contain a user name or password"],
    ["http://:secret@127.0.0.1/", "URL must not contain a user name or password"],
    ["http://example.org@127.0.0.1/", "URL must not contain a user name or password"],
  ])("refuses %j: %s", (text, reason) => {
    expect(checkUrl(text)).toEqual({ ok: false, reason });
  });

  test.each([
    ["/next?q", "https://example.org/next?q"],
    ["../up", "https://example.org/up"],
    ["//other.example/x", "https://other.example/x"],
    ["http://other.example", "http://other.example/"],
  ])("resolves the redirect target %j", (text, href) => {
    const check = checkUrl(text, new URL("https://example.org/a/b"));
    expect(check.ok && check.url.href).toBe(href);
  });

  test("does not take an absolute target without host for a relative one", () => {
    const check = checkUrl("https:next", new URL("https://example.org/"));
    expect(check).toEqual({ ok: false, reason: "URL must have a hostname" });
  });
});
