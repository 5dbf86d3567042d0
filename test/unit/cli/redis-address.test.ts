import { describe, expect, test } from "vitest";
import { redisAddress } from "../../../src/cli/redis-address.ts";

describe("redisAddress", () => {
  test.each([
    [undefined, "redis://127.0.0.1:6379", "redis://127.0.0.1:6379"],
    ["", "redis://127.0.0.1:6379", "redis://127.0.0.1:6379"],
    ["redis://:secret@host:1/2", "redis://:secret@host:1/2", "redis://host:1/2"],
    ["rediss://me:secret@host", "rediss://me:secret@host", "rediss://me@host"],
    ["redis://host?password=secret", "redis://host?password=secret", "redis://host"],
    ["/run/redis.sock", "/run/redis.sock", "/run/redis.sock"],
    ["/run/redis.sock?password=secret", "/run/redis.sock?password=secret", "/run/redis.sock"],
    ["unix:///run/my%20redis.sock", "/run/my redis.sock", "/run/my redis.sock"],
  ])("of %j", (given, connection, shown) => {
    expect(redisAddress({ REDIS_URL: given })).toEqual({ connection, shown });
  });

  test.each(["http://host", "host:6379", "//host", "unix://host/x", "redis://", ":secret"])(
    "refuses %j without repeating it",
    (given) => {
      expect(() => redisAddress({ REDIS_URL: given })).toThrow(expect.objectContaining({ code: "INVALID_SETTING" }) as Error);
      expect(() => redisAddress({ REDIS_URL: given })).not.toThrow(/secret/);
    },
  );
});
