import { createHash } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Puts a text at `path` (relative to the working directory) all at once: readers see the file before or after, never half of it.
 * Doing it again with the same text changes nothing. `key` keeps the draft apart from those of other writers.
 */
export async function writeReport(
  path: string,
  text: string,
  key: string,
): Promise<{ file: string; bytes: number; sha256: string }> {
  const file = resolve(path);
  const draft = `${file}.${sha256(key).slice(0, 12)}.${process.pid}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(draft, text, { flush: true });
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return { file: path, bytes: Buffer.byteLength(text), sha256: sha256(text) };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
