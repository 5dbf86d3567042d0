import { execFile } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What a figure is worth nothing without. */
export interface Circumstances {
  /** Of the checkout, with `+` if it holds what is not committed. */
  readonly commit: string;
  readonly at: string;
  readonly cpu: string;
  readonly cores: number;
  /** Processes that wanted a core in the minute before: on a quiet machine next to none. */
  readonly load: number;
  readonly node: string;
  readonly redis?: string;
}

export async function readCircumstances(redisVersion?: string): Promise<Circumstances> {
  return {
    commit: await readCommit(),
    at: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    node: process.versions.node,
    ...(redisVersion === undefined ? {} : { redis: redisVersion }),
  };
}

async function readCommit(): Promise<string> {
  try {
    const commit = await git("rev-parse", "--short=12", "HEAD");
    return (await git("status", "--porcelain", "--untracked-files=no")) === "" ? commit : `${commit}+`;
  } catch {
    return "unknown";
  }
}

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", args, { cwd: ROOT });
  return stdout.trim();
}
