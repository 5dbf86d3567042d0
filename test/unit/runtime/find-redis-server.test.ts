import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findRedisServer } from "../../../src/runtime/find-redis-server.ts";
import { tempFolder } from "../../support/temp-folder.ts";

function makeProgram(folder: string, name: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, mode);
  return path;
}

describe("findRedisServer", () => {
  test("answers the first one on the PATH", async () => {
    const [first, second] = [tempFolder(), tempFolder()];
    makeProgram(second, "redis-server");
    const expected = makeProgram(first, "redis-server");
    expect(await findRedisServer({ PATH: `${first}:${second}` }, [])).toBe(expected);
  });

  test("prefers Redis to Valkey, wherever they lie, and takes Valkey where it is alone", async () => {
    const [first, second] = [tempFolder(), tempFolder()];
    const valkey = makeProgram(first, "valkey-server");
    expect(await findRedisServer({ PATH: first }, [second])).toBe(valkey);
    const redis = makeProgram(second, "redis-server");
    expect(await findRedisServer({ PATH: first }, [second])).toBe(redis);
  });

  test("looks into the usual folders when the PATH leaves them out", async () => {
    const folder = tempFolder();
    const expected = makeProgram(folder, "redis-server");
    expect(await findRedisServer({}, [folder])).toBe(expected);
  });

  test("passes over a file that cannot be run", async () => {
    const folder = tempFolder();
    makeProgram(folder, "redis-server", 0o644);
    await expect(findRedisServer({ PATH: folder }, [])).rejects.toMatchObject({ code: "REDIS_NOT_INSTALLED" });
  });

  test("says what to install where there is none", async () => {
    await expect(findRedisServer({ PATH: "" }, [])).rejects.toMatchObject({
      code: "REDIS_NOT_INSTALLED",
      exitCode: 3,
      message: expect.stringContaining("apt-get install redis-server"),
    });
  });

  test("takes what LEVELFLOW_REDIS_SERVER names before anything on the PATH", async () => {
    const [folder, onPath] = [tempFolder(), tempFolder()];
    makeProgram(onPath, "redis-server");
    const own = makeProgram(folder, "my-redis");
    expect(await findRedisServer({ PATH: onPath, LEVELFLOW_REDIS_SERVER: own })).toBe(own);
  });

  test("does not fall back when LEVELFLOW_REDIS_SERVER is wrong", async () => {
    const onPath = tempFolder();
    makeProgram(onPath, "redis-server");
    await expect(findRedisServer({ PATH: onPath, LEVELFLOW_REDIS_SERVER: "/nowhere/redis" })).rejects.toMatchObject({
      code: "REDIS_NOT_INSTALLED",
      message: expect.stringContaining("/nowhere/redis"),
    });
  });
});
