import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { changedBuild } from "../support/changed-build.ts";
import { TYPESCRIPT_ARGS } from "../support/typescript-args.ts";
import { PLANTED_BUGS } from "./planted-bugs.ts";

/** Plays schedules from seed 1 on, until one breaks a promise. */
async function simulateIn(folder: string): Promise<{ readonly exitCode: number | null; readonly told: string }> {
  const args = [...TYPESCRIPT_ARGS, "test/simulation/main.ts", "--seed", "1", "--runs", "1200"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const [told] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { exitCode: child.exitCode, told };
}

describe("the simulation notices that", () => {
  test.each(PLANTED_BUGS.map((bug) => [bug.name, bug] as const))(
    "%s",
    async (_name, bug) => {
      const { exitCode, told } = await simulateIn(await changedBuild(bug));
      expect(told).toMatch(bug.noticedBy);
      expect(told).toMatch(/^seed \d+: /m);
      expect(exitCode).toBe(1);
    },
    120_000,
  );
});
