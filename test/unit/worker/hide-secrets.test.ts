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
    "x-api-key",
    "X-Auth-Token",
    "secretAccessKey",
    "accessKey",
    "aws_secret_access_key",
    "dbPassword",
    "DB_PASSWORD",
    "user_password",
    "jwt",
  ])("hides what is called %s", (name) => {
    expect(hideSecrets({ [name]: "x", other: 1 })).toEqual({ [name]: "[hidden]", other: 1 });
  });

  test.each(["user", "tokens", "passed", "secretary", "key", "keys", "publicKey", "cookies", "author"])(
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

  test("hides what is in an error", () => {
    const error = Object.assign(new Error("boom"), { config: { headers: { authorization: "Bearer x" } } });
    const { err } = hideSecrets({ err: error }) as { err: typeof error };
    expect(err).toBeInstanceOf(Error);
    expect(err.message).toBe("boom");
    expect(err.config.headers.authorization).toBe("[hidden]");
    expect(error.config.headers.authorization).toBe("Bearer x");
  });

  test("shows nothing of what is too deep to be looked through", () => {
    let deep: object = { password: "x" };
    for (let i = 0; i < 20; i += 1) deep = { deep };
    expect(JSON.stringify(hideSecrets(deep))).toContain('"[not shown]"');
    expect(JSON.stringify(hideSecrets(deep))).not.toContain('"x"');
  });

  test("comes to an end soon, whatever refers to what", () => {
    const tree: { password: string; children: object[] } = { password: "x", children: [] };
    tree.children = Array.from({ length: 1_500 }, (_, i) => ({ i, parent: tree }));
    let looks = 0;
    const counted = new Proxy(tree, {
      ownKeys: (target) => {
        looks += 1;
        return Reflect.ownKeys(target);
      },
    });
    expect(hideSecrets({ counted })).toMatchObject({ counted: { password: "[hidden]" } });
    expect(looks).toBeLessThan(10_000);
  });
});
