import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lockDataFolder } from "../../../src/runtime/lock-data-folder.ts";
import { identifyProcess } from "../../../src/runtime/process-identity.ts";
import { tempFolder } from "../../support/temp-folder.ts";

function writeLock(folder: string, generation: number, holder: object | string): void {
  writeFileSync(join(folder, `lock.${generation}`), typeof holder === "string" ? holder : JSON.stringify(holder));
}

describe("lockDataFolder", () => {
  test("makes the folder and refuses it to a second taker, naming the holder's pid", async () => {
    const folder = join(tempFolder(), "deep", "data");
    await lockDataFolder(folder);
    await expect(lockDataFolder(folder)).rejects.toMatchObject({
      code: "DATA_FOLDER_LOCKED",
      message: expect.stringContaining(`process ${process.pid}`),
    });
  });

  test("gives the folder to the next one after its release, repeated or not", async () => {
    const folder = tempFolder();
    const lock = await lockDataFolder(folder);
    await Promise.all([lock.release(), lock.release()]);
    const next = await lockDataFolder(folder);
    await lock.release();
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: "DATA_FOLDER_LOCKED" });
    await next.release();
  });

  test("keeps a single small file, however often it is taken", async () => {
    const folder = tempFolder();
    for (let round = 0; round < 20; round++) await (await lockDataFolder(folder)).release();
    expect(readdirSync(folder)).toEqual(["lock.20"]);
  });

  test("takes over from a process that is gone", async () => {
    const folder = tempFolder();
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    writeLock(folder, 3, { pid: child.pid, identity: "any", released: false });
    await lockDataFolder(folder);
    expect(readdirSync(folder)).toEqual(["lock.4"]);
  });

  test("is not fooled by a pid that is in use again", async () => {
    const folder = tempFolder();
    writeLock(folder, 1, { pid: process.pid, identity: "an earlier process", released: false });
    await lockDataFolder(folder);
  });

  test("respects another process that lives", async () => {
    const folder = tempFolder();
    const child = spawn(process.execPath, ["-e", "process.stdin.resume()"]);
    writeLock(folder, 1, { pid: child.pid, identity: await identifyProcess(child.pid ?? 0), released: false });
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ message: expect.stringContaining(`process ${child.pid ?? 0}`) });
    child.kill("SIGKILL");
    await once(child, "exit");
    await lockDataFolder(folder);
  });

  test.each(["", "{", '{"pid":"x"}', "null"])("takes over a lock that holds %j", async (content) => {
    const folder = tempFolder();
    writeLock(folder, 1, content);
    await lockDataFolder(folder);
    expect(JSON.parse(readFileSync(join(folder, "lock.2"), "utf8"))).toMatchObject({ pid: process.pid, released: false });
  });

  test("lets one taker in of many that come at once, on a new folder and on a stale one", async () => {
    for (let round = 0; round < 25; round++) {
      const folder = tempFolder();
      if (round % 2 === 1) writeLock(folder, round, { pid: 2 ** 22 + 1, identity: "gone", released: false });
      const takers = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataFolder(folder)));
      expect(takers.filter((taker) => taker.status === "fulfilled")).toHaveLength(1);
      expect(readdirSync(folder)).toHaveLength(1);
    }
  });

  test("never lets two hold the folder while many take and release it in turns", async () => {
    const folder = tempFolder();
    let holders = 0;
    let taken = 0;
    const taker = async (): Promise<void> => {
      for (let round = 0; round < 40; round++) {
        const lock = await lockDataFolder(folder).catch(() => undefined);
        if (lock === undefined) continue;
        taken++;
        expect(++holders).toBe(1);
        await Promise.resolve();
        holders--;
        await lock.release();
      }
    };
    await Promise.all(Array.from({ length: 8 }, taker));
    expect(taken).toBeGreaterThan(0);
  });

  test("releasing survives the folder's removal", async () => {
    const folder = tempFolder();
    const lock = await lockDataFolder(folder);
    rmSync(folder, { recursive: true });
    await lock.release();
  });
});

describe("identifyProcess", () => {
  test("answers the same for a process for as long as it lives, and nothing afterwards", async () => {
    const child = spawn(process.execPath, ["-e", "process.stdin.resume()"]);
    const pid = child.pid ?? 0;
    const identity = await identifyProcess(pid);
    expect(identity).toBeTruthy();
    expect(await identifyProcess(pid)).toBe(identity);
    expect(identity).not.toBe(await identifyProcess(process.pid));
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await identifyProcess(pid)).toBeUndefined();
  });
});
