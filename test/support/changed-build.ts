import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tempFolder } from "./temp-folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NEEDED = ["src", "test/simulation", "test/support", "package.json", "tsconfig.json"];

/** One place in the source, and what is to stand there instead. */
export interface SourceChange {
  readonly file: string;
  /** Occurs once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** A copy of the project with a change in it, as a folder of the running test's own. */
export async function changedBuild({ file, find, replace }: SourceChange): Promise<string> {
  const copy = tempFolder();
  for (const path of NEEDED) await cp(join(ROOT, path), join(copy, path), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
  const source = await readFile(join(copy, file), "utf8");
  const count = source.split(find).length - 1;
  if (count !== 1) throw new Error(`${file} holds what is to be changed ${String(count)} times: ${find}`);
  await writeFile(
    join(copy, file),
    source.replace(find, () => replace),
  );
  return copy;
}
