import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { startEmbeddedRedis, type EmbeddedRedis, type EmbeddedRedisOptions } from "../../src/runtime/embedded-redis.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { TYPESCRIPT_ARGS } from "../support/typescript-args.ts";
import { isAlive, until } from "../support/until.ts";

/** Some things about processes can only be seen in /proc. */
const testWithProc = test.runIf(process.platform === "linux");

async function start(options: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const redis = await startEmbeddedRedis(options);
  onTestFinished(() => redis.stop());
  return redis;
}

function clientOf(connection: EmbeddedRedis["connection"] | string): Redis {
  const client = typeof connection === "string" ? new Redis(connection) : new Redis(connection);
  client.on("error", () => undefined);
  onTestFinished(() => client.disconnect());
  return client;
}

/** A server of its own that only runs a shell script, for what a real one does not do on demand. */
function fakeServer(script: string): NodeJS.ProcessEnv {
  const path = join(tempFolder(), "redis-server");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return { LEVELFLOW_REDIS_SERVER: path };
}

/** A promise that is kept from outside. */
function signalled<T>(): { promised: Promise<T>; signal: (value: T) => void } {
  let signal: (value: T) => void = () => undefined;
  const promised = new Promise<T>((resolve) => (signal = resolve));
  return { promised, signal };
}

interface Parent {
  readonly child: ChildProcess;
  /** The next JSON line that it prints. */
  next(): Promise<Record<string, unknown>>;
}

function startParent(dataFolder: string, then: "stay" | "leave" = "stay"): Parent {
  const script = join(import.meta.dirname, "..", "support", "embedded-redis-parent.ts");
  const child = spawn(process.execPath, [...TYPESCRIPT_ARGS, script, dataFolder, then], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    next: async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>,
  };
}

function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe("startEmbeddedRedis", () => {
  test("serves a private socket, with an append-only file and without a port", async () => {
    const redis = await start({ dataFolder: tempFolder() });
    const client = clientOf(redis.connection);
    expect(await client.ping()).toBe("PONG");
    expect(await client.info("server")).toContain(`process_id:${redis.pid}`);
    const settings = await client.config("GET", "*");
    const valueOf = (name: string): unknown => settings[settings.indexOf(name) + 1];
    expect([valueOf("port"), valueOf("appendonly"), valueOf("appendfsync"), valueOf("save")]).toEqual([
      "0",
      "yes",
      "everysec",
      "",
    ]);
    expect(valueOf("hash-max-listpack-value")).toBe("1024");
    expect(valueOf("hash-max-listpack-entries")).toBe("64");
    expect(statSync(join(redis.socketPath, "..")).mode & 0o777).toBe(0o700);
  });

  test("answers a URL that another process can use, socket or not", async () => {
    const onSocket = await start({ dataFolder: tempFolder() });
    const onPort = await start({ dataFolder: tempFolder(), tcp: true, fsync: "always" });
    expect(await clientOf(onSocket.url).ping()).toBe("PONG");
    expect(onPort.url).toMatch(/^redis:\/\/:[0-9a-f]{64}@127\.0\.0\.1:\d+$/);
    expect(await clientOf(onPort.url).ping()).toBe("PONG");
    expect(await clientOf(onPort.connection).ping()).toBe("PONG");
  });

  testWithProc("refuses a client without the password, and shows it to nobody", async () => {
    const redis = await start({ dataFolder: tempFolder(), tcp: true });
    const { port, password } = redis.tcp ?? { port: 0, password: "" };
    const stranger = new Redis({ host: "127.0.0.1", port, enableReadyCheck: false, retryStrategy: () => null });
    stranger.on("error", () => undefined);
    onTestFinished(() => stranger.disconnect());
    await expect(stranger.get("key")).rejects.toThrow("NOAUTH");
    expect(processesWith(password)).toEqual([]);
    expect(statSync(join(redis.socketPath, "..", "redis.conf")).mode & 0o777).toBe(0o600);
  });

  test("keeps what was written, over a stop", async () => {
    const dataFolder = tempFolder();
    const first = await start({ dataFolder });
    await clientOf(first.connection).set("key", "value");
    await Promise.all([first.stop(), first.stop()]);
    expect(await isAlive(first.pid)).toBe(false);
    expect(existsSync(first.socketPath)).toBe(false);
    const second = await start({ dataFolder });
    expect(await clientOf(second.connection).get("key")).toBe("value");
  });

  test("takes a path that is too long for a socket, with spaces, quotes and unicode in it", async () => {
    const dataFolder = join(tempFolder(), `a "quoted" ${"ü".repeat(60)}`, "data?");
    const redis = await start({ dataFolder });
    await clientOf(redis.connection).set("key", "value");
    expect(Buffer.byteLength(redis.socketPath)).toBeLessThanOrEqual(100);
    await redis.stop();
    expect(existsSync(join(redis.socketPath, ".."))).toBe(false);
    expect(await clientOf((await start({ dataFolder })).url).get("key")).toBe("value");
  });

  test("says what is missing where no server is installed", async () => {
    const env = { LEVELFLOW_REDIS_SERVER: "/nowhere/redis-server" };
    await expect(startEmbeddedRedis({ dataFolder: tempFolder(), env })).rejects.toMatchObject({ code: "REDIS_NOT_INSTALLED" });
  });

  test("shows the end of the log of a server that ends at once, and frees the folder", async () => {
    const dataFolder = tempFolder();
    const env = fakeServer("echo cannot open the pod bay doors; exit 7");
    await expect(startEmbeddedRedis({ dataFolder, env })).rejects.toMatchObject({
      code: "REDIS_UNAVAILABLE",
      message: expect.stringContaining("cannot open the pod bay doors"),
    });
    await start({ dataFolder });
  });

  testWithProc("kills a server that neither answers nor ends", async () => {
    const mark = `levelflow-${Math.random()}`;
    const env = fakeServer(`trap '' TERM; echo ${mark}; while :; do sleep 0.2; done`);
    await expect(startEmbeddedRedis({ dataFolder: tempFolder(), env, startTimeoutMs: 300, stopTimeoutMs: 300 })).rejects.toThrow(
      "did not answer within 300 ms",
    );
    await until("nothing of it is left", () => processesWith(env["LEVELFLOW_REDIS_SERVER"] ?? mark).length === 0);
  });
});

describe("an embedded Redis that dies", () => {
  test("tells of it and can be started again with all its data", async () => {
    const dataFolder = tempFolder();
    const exits: unknown[] = [];
    const died = signalled<undefined>();
    const first = await start({
      dataFolder,
      fsync: "always",
      onExit: (exit) => {
        exits.push(exit);
        died.signal(undefined);
      },
    });
    const client = clientOf(first.connection);
    await client.set("key", "value");
    process.kill(first.pid, "SIGKILL");
    await died.promised;
    expect(exits).toEqual([{ code: 137, logTail: expect.stringContaining("ready to accept connections") }]);
    await start({ dataFolder });
    expect(await client.get("key")).toBe("value"); // The same client: it has found its way back.
  });

  test("is not told of when it was stopped", async () => {
    const exits: unknown[] = [];
    const redis = await start({ dataFolder: tempFolder(), onExit: (exit) => exits.push(exit) });
    await redis.stop();
    expect(exits).toEqual([]);
  });

  testWithProc("goes with its supervisor", async () => {
    const died = signalled<unknown>();
    const dataFolder = tempFolder();
    const redis = await start({ dataFolder, onExit: died.signal });
    const supervisor = Number(/^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${redis.pid}/status`, "utf8"))?.[1]);
    process.kill(supervisor, "SIGKILL");
    expect(await died.promised).toMatchObject({ code: null });
    await until("Redis has ended", async () => !(await isAlive(redis.pid)));
    await start({ dataFolder });
  });

  test("forgives half a command at the end of its file", async () => {
    const dataFolder = tempFolder();
    const first = await start({ dataFolder });
    const client = clientOf(first.connection);
    await client.set("kept", "value");
    await client.set("lost", "value");
    await first.stop();
    const folder = join(dataFolder, "redis", "appendonlydir");
    const file = join(folder, readdirSync(folder).find((name) => name.endsWith(".incr.aof")) ?? "");
    truncateSync(file, statSync(file).size - 4);
    const second = clientOf((await start({ dataFolder })).connection);
    expect(await second.mget("kept", "lost")).toEqual(["value", null]);
  });
});

describe("an embedded Redis and its parent", () => {
  testWithProc("ends when the parent is killed, and the next one has the folder at once", async () => {
    const dataFolder = tempFolder();
    const parent = startParent(dataFolder);
    const { pid } = await parent.next();
    expect(await isAlive(Number(pid))).toBe(true);
    parent.child.kill("SIGKILL");
    await once(parent.child, "exit");
    await start({ dataFolder });
    await until("the orphan has ended", async () => !(await isAlive(Number(pid))));
    expect(processesWith(dataFolder).length).toBeGreaterThan(0);
  });

  test("does not keep the parent alive", async () => {
    const parent = startParent(tempFolder(), "leave");
    const { pid } = await parent.next();
    expect(await once(parent.child, "exit")).toEqual([0, null]);
    await until("Redis has ended", async () => !(await isAlive(Number(pid))));
  });

  test("does not hear the parent's Ctrl-C", async () => {
    const parent = startParent(tempFolder());
    const { pid, socketPath } = await parent.next();
    process.kill(-(parent.child.pid ?? 0), "SIGINT"); // What a terminal does: the whole foreground group gets it.
    expect(await parent.next()).toEqual({ signal: "SIGINT" });
    expect(await clientOf(String(socketPath)).ping()).toBe("PONG");
    expect(await isAlive(Number(pid))).toBe(true);
  });

  test("keeps a second process off its folder", async () => {
    const dataFolder = tempFolder();
    await start({ dataFolder });
    const second = startParent(dataFolder);
    expect(await second.next()).toMatchObject({
      code: "DATA_FOLDER_LOCKED",
      message: expect.stringContaining(`process ${process.pid}`),
    });
    expect(await once(second.child, "exit")).toEqual([3, null]);
  });

  test("refuses a folder that is none", async () => {
    const dataFolder = tempFolder();
    writeFileSync(join(dataFolder, "redis"), "not a folder");
    await expect(startEmbeddedRedis({ dataFolder })).rejects.toMatchObject({ code: "INVALID_SETTING" });
    await expect(startEmbeddedRedis({ dataFolder: join(dataFolder, "redis") })).rejects.toMatchObject({
      code: "INVALID_SETTING",
    });
  });
});
