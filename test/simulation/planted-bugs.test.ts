import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { tempFolder } from "../support/temp-folder.ts";
import { PLANTED_BUGS, type PlantedBug } from "./planted-bugs.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NEEDED = ["src", "test/simulation", "test/support/random.ts", "package.json"];

/** A copy of the project with the bug in it. */
async function plant({ file, find, replace }: PlantedBug): Promise<string> {
  const copy = tempFolder();
  for (const path of NEEDED) await cp(join(ROOT, path), join(copy, path), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
  const source = await readFile(join(copy, file), "utf8");
  expect(source.split(find), `${file} holds the place of the bug once`).toHaveLength(2);
  await writeFile(
    join(copy, file),
    source.replace(find, () => replace),
  );
  return copy;
}

/** Plays schedules from seed 1 on, until one breaks a promise. */
async function simulateIn(folder: string): Promise<{ readonly exitCode: number | null; readonly told: string }> {
  const args = ["node_modules/jiti/lib/jiti-cli.mjs", "test/simulation/main.ts", "--seed", "1", "--runs", "300"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const [told] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { exitCode: child.exitCode, told };
}

describe("the simulation notices that", () => {
  test.concurrent.each(PLANTED_BUGS.map((bug) => [bug.name, bug] as const))(
    "%s",
    async (_name, bug) => {
      const { exitCode, told } = await simulateIn(await plant(bug));
      expect(told).toMatch(bug.noticedBy);
      expect(told).toMatch(/^seed \d+: /m);
      expect(exitCode).toBe(1);
    },
    120_000,
  );
});
