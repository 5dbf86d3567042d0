import { describe, expect, test } from "vitest";
import { hideSecrets } from "../../../src/worker/hide-secrets.ts";

describe("hideSecrets", () => {
  test.each([
    "password",
    "passwd",
    "passphrase",
    "secret",
    "clientSecret",
    "client_secret",
    "apiKey",
    "api-key",
    "API_KEY",
    "private_key",
    "Authorization",
    "proxy-authorization",
    "cookie",
    "Set-Cookie",
    "token",
    "accessToken",
    "refresh_token",
    "credentials",
  ])("hides what is called %s", (name) => {
    expect(hideSecrets({ [name]: "x", other: 1 })).toEqual({ [name]: "[hidden]", other: 1 });
  });

  test.each(["user", "tokens", "tokenCount", "passed", "secretary", "keys", "cookies", "author"])(
    "shows what is called %s",
    (name) => {
      expect(hideSecrets({ [name]: "x" })).toEqual({ [name]: "x" });
    },
  );

  test("looks into objects and lists, and leaves them unchanged", () => {
    const given = { request: { headers: [{ authorization: "Bearer x" }, { accept: "*/*" }] }, at: new Date(0) };
    expect(hideSecrets(given)).toEqual({
      request: { headers: [{ authorization: "[hidden]" }, { accept: "*/*" }] },
      at: new Date(0),
    });
    expect(given.request.headers[0]).toEqual({ authorization: "Bearer x" });
  });

  test("answers fields that hold none as they are", () => {
    const fields = { a: { b: [1, { c: null }] } };
    expect(hideSecrets(fields)).toBe(fields);
  });

  test("comes to an end in circles", () => {
    const circle: Record<string, unknown> = { password: "x" };
    circle["self"] = circle;
    expect(hideSecrets(circle)).toMatchObject({ password: "[hidden]", self: { password: "[hidden]" } });
  });
});
