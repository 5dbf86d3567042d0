import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codeBlocksOf, readPage, ROOT, sectionOf, type CodeBlock } from "../architecture/docs-tables.ts";
import { openOwnRedis } from "../support/own-redis.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** A slow machine starts several processes. */
const TIMEOUT_MS = 90_000;

describe("code of the docs that runs", () => {
  test("the README's gives what its comment says, on a Redis", { timeout: TIMEOUT_MS }, async () => {
    const [block] = codeBlocksOf("README.md").filter(({ language }) => language === "ts");
    const redis = await openOwnRedis();
    const { code, stdout, stderr } = await runBlock(block, { REDIS_URL: redis.url });
    expect(stderr).toBe("");
    expect(stdout).toBe(`${promised(block)}\n`);
    expect(code).toBe(0);
  });

  const local = codeBlocksOf("docs/writing-nodes.md").filter(({ code }) => code.includes("runLocal("));
  test.each(local.map((block, i) => [i, block] as const))(
    "docs/writing-nodes.md, block %i of those with runLocal",
    { timeout: TIMEOUT_MS },
    async (_, block) => {
      const { code, stdout, stderr } = await runBlock(block);
      expect(stderr).toBe("");
      expect(stdout).toBe(`${promised(block)}\n`);
      expect(code).toBe(0);
    },
  );

  test("there are such blocks", () => {
    expect(local.length).toBeGreaterThan(1);
  });

  test("docs/payload.md: its workflow completes", { timeout: TIMEOUT_MS }, async () => {
    const [workflow] = codeBlocksOf("docs/payload.md").filter(({ language }) => language === "json");
    const { code, stdout } = await runShell("npx levelflow run - --local --json", workflow?.code);
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed", finalOutput: 3 });
    expect(code).toBe(0);
  });
});

describe("traces", () => {
  const [, block] = codeBlocksOf("docs/traces.md").filter(({ language }) => language === "sh");
  const inProcess = block?.code ?? "";
  const throughRedis = inProcess.replace(" --local", " --workers 2");

  test.each([inProcess, throughRedis])("%s", { timeout: TIMEOUT_MS }, async (line) => {
    const { code, stderr } = await runShell(line);
    expect(code, stderr).toBe(0);
    const spans = [...stderr.matchAll(/trace (\w+), (no parent|\w+) > (\w+): (\w+)/g)].map(([, trace, parent, id, kind]) => ({
      trace,
      parent,
      id,
      kind,
    }));
    const idsOf = (kind: string): unknown[] => spans.filter((span) => span.kind === kind).map(({ id }) => id);
    const parentsOf = (kind: string): Set<unknown> =>
      new Set(spans.filter((span) => span.kind === kind).map(({ parent }) => parent));
    expect(new Set(spans.map(({ trace }) => trace)).size).toBe(1);
    expect(idsOf("node").length).toBeGreaterThan(10);
    expect(parentsOf("node")).toEqual(new Set(idsOf("level")));
    expect(parentsOf("level")).toEqual(new Set(idsOf("run")));
    expect(parentsOf("run")).toEqual(new Set(idsOf("enqueue")));
  });
});

describe("commands of the README", () => {
  const [block] = [...sectionOf(readPage("README.md"), "## The command line").matchAll(/^```sh\n(.*?)^```$/gms)];
  const lines = (block?.[1] ?? "").trim().split("\n");

  test("fail as well as succeed", () => {
    expect(new Set(lines.map(promisedExitCode))).toEqual(new Set([0, 1, 2, 3]));
  });

  test.each(lines)("%s", { timeout: TIMEOUT_MS }, async (line) => {
    const { code, stdout, stderr } = await runShell(line);
    expect(code, `${stdout}\n${stderr}`).toBe(promisedExitCode(line));
  });

  test("npm scripts it names exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
    const named = [...readPage("README.md").matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

function promisedExitCode(line: string): number {
  return Number(/# .*exit code (\d)/.exec(line)?.[1] ?? 0);
}

/** What the comment behind `console.log` says that it prints. */
function promised(block: CodeBlock | undefined): string {
  return /^console\.log\(.*\); \/\/ (.*)$/m.exec(block?.code ?? "")?.[1] ?? "nothing";
}

/** Runs a block as a user would who has installed the package: it is TypeScript without a type in it. */
function runBlock(block: CodeBlock | undefined, env: Readonly<Record<string, string>> = {}): Promise<End> {
  const folder = tempFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(ROOT, join(folder, "node_modules", "levelflow"));
  symlinkSync(join(ROOT, "node_modules", "zod"), join(folder, "node_modules", "zod"));
  const file = join(folder, "block.mjs");
  writeFileSync(file, block?.code ?? "");
  return run(process.execPath, [file], { env: { ...cleanEnvironment(), ...env }, cwd: folder });
}

/** Runs a line of the README at the root, where `npx` would find the same program, only slower. */
function runShell(line: string, stdin?: string): Promise<End> {
  const command = line.replaceAll("npx levelflow", `"${process.execPath}" "${join(ROOT, "dist/cli/main.js")}"`);
  return run("/bin/sh", ["-c", command], { env: cleanEnvironment(), cwd: ROOT }, stdin);
}

/** What the caller of the tests has set for levelflow must not reach the commands, but for where its Redis server is. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => name === "LEVELFLOW_REDIS_SERVER" || !/^(LEVELFLOW_|REDIS_URL)/.test(name),
  );
  return Object.fromEntries(kept);
}

interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  program: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
  stdin = "",
): Promise<End> {
  const child = spawn(program, args, { ...options, stdio: "pipe" });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => undefined).end(stdin);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
