import { describe, expect, test } from "vitest";
import { LevelflowError } from "../../../../src/core/errors/levelflow-error.ts";
import type { HostAddress } from "../../../../src/nodes/http/network.ts";
import { createUrlGuard, type UrlGuard, type UrlVerdict } from "../../../../src/nodes/http/url-guard.ts";

const INTERNAL = { kind: "refused", reason: "access to internal/private IP addresses is blocked for security reasons" };

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "public.example": ["93.184.216.34", "2606:2800::1"],
  "inside.example": ["10.0.0.5"],
  "mixed.example": ["93.184.216.34", "192.168.1.1"],
  "nat64.example": ["64:ff9b::a00:1"],
  "mapped.example": ["::ffff:127.0.0.1"],
  "empty.example": [],
  "api.example.org": ["93.184.216.34"],
  "notexample.org": ["93.184.216.34"],
  "example.org": ["93.184.216.34"],
  localhost: ["127.0.0.1", "::1"],
};

interface GuardSettings {
  readonly allowedHosts?: readonly string[];
  readonly allowInternal?: readonly string[];
  readonly asked?: string[];
  readonly ownAddresses?: readonly string[];
}

function guardOf({ allowedHosts = [], allowInternal = [], asked = [], ownAddresses = [] }: GuardSettings = {}): UrlGuard {
  const resolveHost = (host: string): Promise<HostAddress[]> => {
    asked.push(host);
    const addresses = NAMES[host.replace(/\.$/, "")];
    if (addresses === undefined) return Promise.reject(new Error("ENOTFOUND"));
    return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
  };
  return createUrlGuard({ allowedHosts, allowInternal, network: { resolveHost, ownAddresses: () => ownAddresses } });
}

async function kindOfVerdict(verdict: Promise<UrlVerdict>): Promise<string> {
  return (await verdict).kind;
}

describe("the guard of http nodes", () => {
  test("answers the addresses that it has checked", async () => {
    expect(await guardOf()("http://public.example/x")).toMatchObject({
      kind: "allowed",
      addresses: [
        { address: "93.184.216.34", family: 4 },
        { address: "2606:2800::1", family: 6 },
      ],
    });
    expect(await guardOf()("http://[2606:2800::1]/")).toMatchObject({ addresses: [{ address: "2606:2800::1", family: 6 }] });
  });

  test.each([
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://127.1/",
    "http://%31%32%37.0.0.1/",
    "http://１２７.0.0.1/",
    "http://127.0.0.1./",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://0/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://any.localhost/",
    "http://inside.example/",
    "http://mixed.example/",
    "http://nat64.example/",
    "http://mapped.example/",
  ])("blocks %s", async (url) => {
    expect(await guardOf()(url)).toEqual(INTERNAL);
  });

  test.each(["http://93.184.216.34/", "http://[::ffff:93.184.216.34]/", "http://public.example/", "http://[2606:2800:0::1]/"])(
    "blocks %s if it is this machine",
    async (url) => {
      const ownAddresses = ["93.184.216.34", "2606:2800:0:0:0:0:0:1"];
      expect(await guardOf({ ownAddresses })(url)).toEqual(INTERNAL);
      expect(await kindOfVerdict(guardOf({ ownAddresses, allowInternal: ownAddresses })(url))).toBe("allowed");
    },
  );

  test.each(["http://unknown.example/", "http://empty.example/"])("tells that %s does not resolve", async (url) => {
    expect(await guardOf()(url)).toMatchObject({ kind: "unresolved", reason: `cannot resolve host '${new URL(url).hostname}'` });
  });
});

describe("httpAllowedHosts", () => {
  const allowedHosts = ["Public.Example", "*.example.org", "127.0.0.1"];

  test.each(["http://public.example/", "http://public.example./", "http://API.example.org/"])("lets %s pass", async (url) => {
    expect(await kindOfVerdict(guardOf({ allowedHosts })(url))).toBe("allowed");
  });

  test.each(["example.org", "notexample.org", "unknown.example", "93.184.216.34"])("refuses %s, unresolved", async (host) => {
    const asked: string[] = [];
    const reason = `URL hostname '${host}' is not in the allowed list`;
    expect(await guardOf({ allowedHosts, asked })(`http://${host}/`)).toEqual({ kind: "refused", reason });
    expect(asked).toEqual([]);
  });

  test("lets nothing internal pass by itself", async () => {
    expect(await guardOf({ allowedHosts })("http://127.0.0.1/")).toEqual(INTERNAL);
    expect(await guardOf({ allowedHosts: ["public.example"] })("http://10.1.1.1/")).toEqual(INTERNAL);
  });

  test.each(["*", "http://example.org", "a/b", "example.org:80", "a b", "", "*.*.x"])("refuses the entry %j", (entry) => {
    expect(() => guardOf({ allowedHosts: [entry] })).toThrow(LevelflowError);
  });
});

describe("httpAllowInternal", () => {
  test.each([
    ["*", "http://localhost:81/"],
    ["*", "http://10.0.0.5/"],
    ["localhost", "http://localhost:81/"],
    ["localhost:81", "http://localhost.:81/"],
    ["127.0.0.1", "http://127.0.0.1:81/"],
    ["127.0.0.1", "http://[::ffff:127.0.0.1]/"],
    ["127.0.0.1:80", "http://127.0.0.1/"],
    ["127.0.0.1:443", "https://127.0.0.1/"],
    ["[::1]:8080", "http://[::1]:8080/"],
    ["::1", "http://[::1]:8080/"],
    ["10.0.0.0/24", "http://inside.example/"],
    ["inside.example", "http://inside.example/"],
    ["192.168.0.0/16", "http://mixed.example/"],
    ["fd00::/8", "http://[fd12::1]/"],
  ])("%s lets %s pass", async (entry, url) => {
    expect(await kindOfVerdict(guardOf({ allowInternal: [entry] })(url))).toBe("allowed");
  });

  test.each([
    ["localhost:81", "http://localhost/"],
    ["127.0.0.1:81", "http://127.0.0.1:82/"],
    ["127.0.0.1", "http://127.0.0.2/"],
    ["127.0.0.1", "http://localhost/"],
    ["10.1.0.0/16", "http://inside.example/"],
    ["example", "http://inside.example/"],
    ["[::1]:8080", "http://[::1]:8081/"],
    ["0.0.0.0/0", "http://[::1]/"],
  ])("%s does not let %s pass", async (entry, url) => {
    expect(await guardOf({ allowInternal: [entry] })(url)).toEqual(INTERNAL);
  });

  test.each(["10.0.0.0/33", "http://localhost", "a@b", ""])("refuses the entry %j", (entry) => {
    expect(() => guardOf({ allowInternal: [entry] })).toThrow(LevelflowError);
  });
});
