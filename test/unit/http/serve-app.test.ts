import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import type { Verdict } from "../../../src/http/judge-health.ts";
import { createServeApp, type ServeAppOptions } from "../../../src/http/serve-app.ts";
import { CapturedLog } from "../../support/captured-log.ts";

const PASSWORD = "correct horse battery";
const LOGIN = basic(`admin:${PASSWORD}`);
const READY: Verdict = { live: true, ready: true, status: "ok" };

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString("base64")}`;
}

interface Opened {
  readonly ask: (path: string, headers?: Record<string, string>, method?: string) => Promise<Response>;
  readonly acted: string[];
  readonly log: CapturedLog;
}

/** An app with one page that says hello, and that notes what is done to it. */
function open({ credentials, verdict = () => READY }: Partial<ServeAppOptions> = {}): Opened {
  const acted: string[] = [];
  const page = new Hono();
  page.get("/", (context) => context.text("hello"));
  page.get("/fails", () => {
    throw new Error("the secret of the page");
  });
  page.get("/away", () => {
    throw Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  });
  page.put("/act", (context) => {
    acted.push("act");
    return context.text("done");
  });
  const log = new CapturedLog();
  const metrics = { contentType: "text/plain", read: () => Promise.resolve("metrics 1\n") };
  const app = createServeApp({ verdict, metrics, pages: { "/page": page }, home: "/page", credentials, log: log.logger });
  const ask: Opened["ask"] = async (path, headers = {}, method = "GET") =>
    app.request(`http://localhost:8420${path}`, { method, headers: { host: "localhost:8420", ...headers } });
  return { ask, acted, log };
}

const withLogin = { credentials: { user: "admin", password: PASSWORD } };

describe("health checks of serve", () => {
  test("are answered without a login, by status and as JSON", async () => {
    let verdict: Verdict = READY;
    const { ask } = open({ ...withLogin, verdict: () => verdict });
    expect((await ask("/livez", { host: "10.1.2.3:8420" })).status).toBe(200);
    verdict = { live: true, ready: false, status: "redis-away", reason: "connection refused", forMs: 5 };
    expect((await ask("/livez")).status).toBe(200);
    const notReady = await ask("/readyz");
    expect(notReady.status).toBe(503);
    expect(await notReady.json()).toEqual(verdict);
    verdict = { ...verdict, live: false };
    expect((await ask("/livez")).status).toBe(503);
  });
});

describe("the login", () => {
  test("lets in who knows user and password", async () => {
    const { ask } = open(withLogin);
    const page = await ask("/page", { authorization: LOGIN });
    expect([page.status, await page.text()]).toEqual([200, "hello"]);
    expect((await ask("/page/", { authorization: LOGIN })).status).toBe(200);
    expect(await (await ask("/metrics", { authorization: LOGIN })).text()).toBe("metrics 1\n");
    expect((await ask("/", { authorization: LOGIN })).headers.get("location")).toBe("/page");
  });

  test.each([
    [undefined],
    ["Basic"],
    ["Basic !!!"],
    [`Bearer ${PASSWORD}`],
    [basic("admin")],
    [basic("admin:")],
    [basic(`admin:${PASSWORD} `)],
    [basic(`Admin:${PASSWORD}`)],
    [basic(`:${PASSWORD}`)],
    [`Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString("base64")}`],
  ])("asks %j for one", async (authorization) => {
    const { ask } = open(withLogin);
    for (const path of ["/page", "/metrics", "/", "/nothing", "/page/fails"]) {
      const refused = await ask(path, authorization === undefined ? {} : { authorization });
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toMatch(/^Basic realm="levelflow"/);
      expect(await refused.text()).toContain("LEVELFLOW_SERVE_PASSWORD");
    }
  });

  test("logs a wrong one, without the password", async () => {
    const { ask, log } = open(withLogin);
    await ask("/page", { authorization: basic("mallory:guess-number-1") });
    const said = JSON.stringify(log.lines);
    expect(said).toContain("mallory");
    expect(said).not.toContain("guess");
  });
});

describe("requests of other sites' pages", () => {
  test.each([
    [{ "sec-fetch-site": "cross-site" }],
    [{ "sec-fetch-site": "same-site" }],
    [{ "sec-fetch-site": "cross-site", origin: "http://localhost:8420" }],
    [{ origin: "http://evil.example" }],
    [{ origin: "http://localhost:9999" }],
    [{ origin: "null" }],
  ])("change nothing: %j", async (headers: Record<string, string>) => {
    const { ask, acted } = open(withLogin);
    expect((await ask("/page/act", { authorization: LOGIN, ...headers }, "PUT")).status).toBe(403);
    expect(acted).toEqual([]);
  });

  test.each([[{}], [{ "sec-fetch-site": "same-origin" }], [{ origin: "http://localhost:8420" }]])(
    "are not what this is: %j",
    async (headers: Record<string, string>) => {
      const { ask, acted } = open(withLogin);
      expect((await ask("/page/act", { authorization: LOGIN, ...headers }, "PUT")).status).toBe(200);
      expect(acted).toEqual(["act"]);
    },
  );

  test("see nothing of a server without login, under a name that was made to point to it", async () => {
    const { ask } = open();
    expect((await ask("/page", { host: "evil.example:8420" })).status).toBe(403);
    expect((await ask("/page", { host: "127.0.0.1:8420" })).status).toBe(200);
    expect((await ask("/page", { host: "[::1]:8420" })).status).toBe(200);
  });
});

describe("answers of serve", () => {
  test("stand in no frame, take nothing from elsewhere, and are kept in no cache", async () => {
    const { headers } = await open(withLogin).ask("/page", { authorization: LOGIN });
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("tell of a fault in the log only, and of a Redis that is away as 503", async () => {
    const { ask, log } = open();
    const failed = await ask("/page/fails");
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain("secret");
    expect(log.lines).toHaveLength(1);
    const away = await ask("/page/away");
    expect(away.status).toBe(503);
    expect(await away.text()).toContain("Redis");
  });
});
