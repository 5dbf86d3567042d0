import { describe, expect, test } from "vitest";
import { renderRedisConfig } from "../../../src/runtime/embedded-redis-config.ts";

const PLAIN = { folder: "/data", socketPath: "/data/redis.sock", fsync: "everysec", tcp: undefined } as const;

describe("renderRedisConfig", () => {
  test("keeps an append-only file and no snapshots, on a private socket without a port", () => {
    const lines = renderRedisConfig(PLAIN).split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        'port "0"',
        'appendonly "yes"',
        'appendfsync "everysec"',
        'save ""',
        'unixsocketperm "700"',
        'maxmemory-policy "noeviction"',
      ]),
    );
    expect(lines.join("\n")).not.toContain("requirepass");
  });

  test("asks for a password where there is a port", () => {
    const text = renderRedisConfig({ ...PLAIN, fsync: "always", tcp: { port: 7_001, password: "abc" } });
    expect(text).toContain('port "7001"\n');
    expect(text).toContain('bind "127.0.0.1"\n');
    expect(text).toContain('requirepass "abc"\n');
    expect(text).toContain('appendfsync "always"\n');
  });

  test("quotes what a path may hold", () => {
    const text = renderRedisConfig({ ...PLAIN, folder: 'a "b" \\c\nd' });
    expect(text).toContain('dir "a \\"b\\" \\\\c\\nd"\n');
  });
});
