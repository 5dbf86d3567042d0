import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { isAlive, until } from "../support/until.ts";
import { tempFolder } from "../support/temp-folder.ts";

export const CLI = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
/** The module of node types that these tests use. */
export const NODES = fileURLToPath(new URL("./cli-nodes.ts", import.meta.url));

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly cwd?: string;
}

export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `levelflow`, killed with all its processes if the test ends before it. */
export class CliProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<CliEnd>;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[], { env = {}, stdin, cwd }: CliOptions = {}) {
    this.#child = spawn(process.execPath, [CLI, ...args], { env: { ...cleanEnvironment(), ...env }, cwd, stdio: "pipe" });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#child.stdin?.end(stdin ?? "");
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
    onTestFinished(() => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
      for (const pid of this.processes()) process.kill(pid, "SIGKILL");
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until the text has appeared on stderr. */
  async says(text: string): Promise<void> {
    await until(
      `stderr says ${JSON.stringify(text)}; it said ${JSON.stringify(this.stderr)}`,
      () => this.stderr.includes(text),
      20_000,
    );
  }

  /** The process and all its descendants, by id. */
  processes(): number[] {
    const childrenOf = new Map<number, number[]>();
    for (const [pid, parent] of listParents()) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
    const found = [this.#child.pid ?? 0];
    for (const pid of found) found.push(...(childrenOf.get(pid) ?? []));
    return found.filter((pid) => pid > 0);
  }
}

/** Every process with its parent. Slim images have no `ps`; other systems no `/proc`. */
function listParents(): readonly (readonly [pid: number, parent: number])[] {
  if (process.platform !== "linux") {
    const lines = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
    return lines.map((line) => line.trim().split(/\s+/).map(Number)).map(([pid = 0, parent = 0]) => [pid, parent]);
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)]);
}

function parentOf(pid: string): number {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return 0; // It ended meanwhile.
  }
}

/** Runs a command to its end. */
export function levelflow(args: readonly string[], options?: CliOptions): Promise<CliEnd> {
  return new CliProcess(args, options).ended;
}

/** Resolves when none of the processes lives. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  await until(`the processes ${pids.join(", ")} are gone`, async () => !(await Promise.all(pids.map(isAlive))).includes(true));
}

/** Writes a file of the test's own and answers its path. */
export function fileOf(content: object | string, name = "workflow.json"): string {
  const file = join(tempFolder(), name);
  writeFileSync(file, typeof content === "string" || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return file;
}

/** What the caller of the tests has set must not reach the command. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => name === "LEVELFLOW_REDIS_SERVER" || !/^(LEVELFLOW_|REDIS_URL|NO_COLOR|FORCE_COLOR)/.test(name),
  );
  return Object.fromEntries(kept);
}
