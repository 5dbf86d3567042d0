import { createHash } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT, SetupError } from "./project.mjs";

const POLL_MS = 200;
const MAX_WAIT_MS = 10 * 60_000;

/** Runs `work` while no other process sets up this checkout, so that a demo and a test started together do not build into each other. */
export async function withSetupLock(work) {
  const path = lockPath();
  await acquire(path);
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

function lockPath() {
  const checkout = createHash("sha256").update(ROOT).digest("hex").slice(0, 16);
  return join(tmpdir(), `levelflow-setup-${userInfo().uid}-${checkout}.lock`);
}

async function acquire(path) {
  const deadline = Date.now() + MAX_WAIT_MS;
  let announced = false;
  while (!tryCreate(path)) {
    const holder = readHolder(path);
    if (holder === undefined || !isAlive(holder)) rmSync(path, { force: true });
    else if (Date.now() > deadline)
      throw new SetupError(
        `Process ${holder} has been setting up this checkout for too long. If that is not so, delete ${path}.`,
      );
    else {
      if (!announced) process.stderr.write(`set-up: waiting for process ${holder}, which is setting up this checkout\n`);
      announced = true;
      await sleep(POLL_MS);
    }
  }
}

/** Linking a finished file makes the lock appear together with its content. */
function tryCreate(path) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(path) {
  try {
    return Number.parseInt(readFileSync(path, "utf8"), 10);
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
