import { describe, expect, test } from "vitest";
import { codesIn, readPage, sectionOf, tableOf } from "../../../architecture/docs-tables.ts";
import type { HttpSettings } from "../../../../src/nodes/http/http-client.ts";
import type { ResolveHost } from "../../../../src/nodes/http/network.ts";
import { failureOf, get, never, useHttpFixture } from "./http-fixture.ts";
import type { LocalServer } from "./local-server.ts";

/** Makes the attempts that `docs/http.md` lists, and holds what they get against what stands there. */
const { serve, clientOf } = useHttpFixture();

const SECTIONS: [heading: string, settings: HttpSettings, count: number][] = [
  ["### Addresses", {}, 60],
  ["### Names", {}, 25],
  ["### Texts that are read in two ways", {}, 45],
  ["### Redirects", {}, 30],
  ["### A list of allowed hosts", { httpAllowedHosts: ["public.example", "*.good.example"] }, 15],
];

interface Attempt {
  readonly name: string;
  /** Of the public server's first answer, if the attempt is a redirect. */
  readonly status: number | undefined;
  /** The URL, or where the public server leads to, one answer after the other; several of one answer are joined by a line break. */
  readonly urls: readonly string[];
  /** What the URL's host, or the last target's, resolves to, one time after the other. */
  readonly answers: readonly (readonly string[])[];
  readonly outcome: string;
}

function readAttempt([cell = "", outcome = ""]: readonly string[]): Attempt {
  const [what = "", resolving] = cell.split(", resolving to ");
  const codes = codesIn(what).map(unescape);
  const isRedirect = /^\d{3}$/.test(codes[0] ?? "");
  const targets = isRedirect ? codes.slice(1) : codes.slice(0, 1);
  return {
    name: cell,
    status: isRedirect ? Number(codes[0]) : undefined,
    urls: what.includes(" and also to ") ? [targets.join("\n")] : targets,
    answers: (resolving ?? "").split(", then to ").map(codesIn),
    outcome,
  };
}

/** Only the form that the page tells of: other backslashes stand for themselves. */
function unescape(code: string): string {
  return code.replace(/\\u([\da-f]{4})/g, (_escape, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Knows `public.example`, and the host of the attempt; asks nobody. */
function resolverOf({ urls, answers }: Attempt): ResolveHost {
  let count = 0;
  return (host) => {
    if (/^public\.example\.?$/.test(host)) return Promise.resolve([{ address: "127.0.0.1", family: 4 }]);
    const addresses = answers[Math.min(count++, answers.length - 1)] ?? [];
    if (addresses.length === 0 || new URL(urls.at(-1) ?? "").hostname !== host) return Promise.reject(new Error("ENOTFOUND"));
    return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
  };
}

interface Servers {
  readonly canary: LocalServer;
  readonly open: LocalServer;
}

/** The canary, and the server that stands for a public one, which leads through the attempt's targets and then tells what was asked for. */
async function startServers({ status, urls }: Attempt): Promise<Servers> {
  const canary = await serve((_request, response) => response.end("the canary"));
  const targets = status === undefined ? [] : [...urls];
  const open: LocalServer = await serve((request, response) => {
    const target = targets.shift();
    if (target === undefined) return void response.end(`page ${request.url ?? ""}`);
    const locations = withPorts(target, { canary, open }).split("\n");
    const headers = locations.flatMap((location) => ["location", Buffer.from(location).toString("latin1")]);
    response.writeHead(status ?? 302, headers).end(`page ${request.url ?? ""}`);
  });
  return { canary, open };
}

function withPorts(text: string, { canary, open }: Servers): string {
  return text.replaceAll(":8080", `:${canary.port}`).replaceAll(":9090", `:${open.port}`);
}

/** What the client has to answer, or to fail with. */
function expectedOf({ status, outcome }: Attempt): string {
  const [code = ""] = codesIn(outcome);
  if (outcome.startsWith("the public server's page ")) return `page ${code}`;
  const reason = outcome === "Blocked" ? "access to internal/private IP addresses is blocked for security reasons" : code;
  if (reason.startsWith("HTTP request ")) return reason;
  return `${status === undefined ? "" : "redirect "}URL validation failed: ${reason}`;
}

describe.each(SECTIONS)("docs/http.md, %s", (heading, settings, count) => {
  const attempts = tableOf(sectionOf(readPage("docs/http.md"), heading)).map(readAttempt);

  test("has attempts", () => {
    expect(attempts.length).toBeGreaterThanOrEqual(count);
  });

  test.each(attempts.map((attempt) => [attempt.name, attempt.outcome, attempt] as const))(
    "%s: %s",
    async (_name, _outcome, attempt) => {
      const servers = await startServers(attempt);
      const { canary, open } = servers;
      const client = clientOf(
        { ...settings, httpAllowInternal: [`127.0.0.1:${open.port}`], httpTimeoutMs: 5_000 },
        { resolveHost: resolverOf(attempt), ownAddresses: () => ["198.51.100.7", "2001:db8::7"] },
      );
      const url = attempt.status === undefined ? (attempt.urls[0] ?? "") : "http://public.example:9090/";
      const got = await client.fetchText(get(withPorts(url, servers)), never).catch((error: unknown) => (error as Error).message);
      expect(got).toBe(withPorts(expectedOf(attempt), servers));
      expect(canary.connections()).toBe(0);
    },
  );
});

test("the canary would tell", async () => {
  const canary = await serve((_request, response) => response.end("the canary"));
  const url = `http://2130706433:${canary.port}/`;
  expect(await clientOf({ httpAllowInternal: ["*"] }).fetchText(get(url), never)).toBe("the canary");
  expect(canary.connections()).toBe(1);
  const refused = await failureOf(clientOf({ httpAllowInternal: [] }).fetchText(get(url), never));
  expect(refused.message).toContain("blocked for security reasons");
  expect(canary.connections()).toBe(1);
});
