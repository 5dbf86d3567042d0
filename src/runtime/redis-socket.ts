import { createHash } from "node:crypto";
import { chmod, lstat, mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LevelflowError } from "../core/errors/levelflow-error.ts";

/** Unix socket paths end at 104 bytes on macOS and 108 on Linux, and Redis needs a few for itself. */
const maxSocketPathBytes = 100;
const SOCKET_NAME = "redis.sock";
const POLL_MS = 20;

/**
 * Where the socket of the Redis in `folder` lies: in it, or in a private temporary folder when the path would be too long.
 * It is the same one every time, so that a second process sees the first one's server, and clients find it again after a restart.
 */
export async function prepareSocketPath(folder: string): Promise<string> {
  const inFolder = join(folder, SOCKET_NAME);
  // A client would take what follows a question mark for options.
  if (Buffer.byteLength(inFolder) <= maxSocketPathBytes && !inFolder.includes("?")) return inFolder;
  const name = `levelflow-${process.getuid?.() ?? 0}-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`;
  const candidates = [join(tmpdir(), name, SOCKET_NAME), join("/tmp", name, SOCKET_NAME)];
  const path =
    candidates.find((candidate) => Buffer.byteLength(candidate) <= maxSocketPathBytes) ?? join("/tmp", name, SOCKET_NAME);
  await makePrivateFolder(dirname(path));
  return path;
}

/** Makes a folder that only its owner can enter, and refuses what someone else has put in its place. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  const stats = await lstat(folder);
  const isOwn = process.getuid === undefined || stats.uid === process.getuid();
  if (!stats.isDirectory() || !isOwn) {
    throw new LevelflowError(
      "INVALID_SETTING",
      `${folder} was to hold an embedded Redis, but it is not a folder of this user's own. Use another one.`,
    );
  }
  await chmod(folder, 0o700);
}

/** A file in the way is told of by the look at what is there. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** Waits until no server answers at the socket any more, for at most so many ms; answers whether that has come about. */
export async function waitUntilSilent(socketPath: string, maxWaitMs: number): Promise<boolean> {
  const deadline = performance.now() + maxWaitMs;
  while (await isAnswering(socketPath)) {
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function isAnswering(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const answer = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
