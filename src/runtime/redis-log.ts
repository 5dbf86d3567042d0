import { open, rename, stat, type FileHandle } from "node:fs/promises";

const maxLogBytes = 1024 * 1024;
const maxTailBytes = 4 * 1024;
const maxTailLineCount = 15;

/** The log of an embedded Redis, as one start of it sees it. */
export interface RedisLog {
  readonly path: string;
  /** Given to the server as its standard output; closed once that has started. */
  readonly file: FileHandle;
  /** Where this start's part begins. */
  readonly offset: number;
}

/** Opens the log for one more start. A large one is kept once more under `<path>.old` and begun anew. */
export async function openRedisLog(path: string): Promise<RedisLog> {
  if ((await sizeOf(path)) > maxLogBytes) await rename(path, `${path}.old`);
  const file = await open(path, "a", 0o600);
  return { path, file, offset: (await file.stat()).size };
}

/** The last lines that this start has logged. */
export async function readLogTail(log: RedisLog): Promise<string> {
  const file = await open(log.path, "r");
  try {
    const start = Math.max(log.offset, (await file.stat()).size - maxTailBytes);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(maxTailBytes), position: start });
    return buffer.toString("utf8", 0, bytesRead).trimEnd().split("\n").slice(-maxTailLineCount).join("\n");
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
