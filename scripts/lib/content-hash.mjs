import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./project.mjs";

/** Hash over the names and contents of files and whole folders, given relative to the project. Missing ones count as such. */
export function hashContent(paths, extra = "") {
  const hash = createHash("sha256").update(extra);
  for (const file of paths.flatMap(listFiles).sort()) {
    const content = readFileSync(join(ROOT, file));
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** Every file under a path, relative to the project; the path itself if it is a file; nothing if it does not exist. */
export function listFiles(path) {
  const stats = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [path];
  return readdirSync(join(ROOT, path)).flatMap((name) => listFiles(join(path, name)));
}
