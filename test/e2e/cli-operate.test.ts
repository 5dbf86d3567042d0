import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { redisUrl, removeKeys, testPrefix } from "../support/redis.ts";
import { until } from "../support/until.ts";
import { CLI, CliProcess, levelflow } from "./cli-process.ts";

// eslint-disable-next-line no-control-regex -- an escape sequence begins with one
const CURSOR_UP = /\u001b\[\d*A/;
const [HIDE_CURSOR, SHOW_CURSOR] = ["\u001b[?25l", "\u001b[?25h"];

function install(): { readonly env: Readonly<Record<string, string>>; readonly start: (role: string) => Promise<CliProcess> } {
  const prefix = testPrefix();
  onTestFinished(() => removeKeys(prefix));
  const env = { REDIS_URL: redisUrl(), LEVELFLOW_PREFIX: prefix };
  return {
    env,
    start: async (role) => {
      const child = new CliProcess([role], { env });
      await child.says(`${role} ready`);
      return child;
    },
  };
}

describe("levelflow doctor", () => {
  test("ends with 1 for what is a problem, with a remedy for each", async () => {
    const { env } = install();
    const { code, stdout, stderr } = await levelflow(["doctor"], { env });
    expect(stdout).toContain("✖ processes    no worker runs: nodes are not executed");
    expect(stdout).toContain("→ Start one: levelflow worker");
    expect(stdout).toMatch(/\d problems/);
    expect(stderr).toBe("");
    expect(code).toBe(1);
  });

  test("finds nothing to do where a scheduler and a worker run", async () => {
    const { env, start } = install();
    await Promise.all([start("scheduler"), start("worker")]);
    const { stdout } = await levelflow(["doctor", "--json"], { env });
    const { findings } = JSON.parse(stdout) as {
      findings: { check: string; verdict: string; message: string; remedy?: string }[];
    };
    // The Redis of the tests keeps nothing on disk, and is as quick as the machine has time.
    const faults = findings.filter(({ check, verdict }) => verdict !== "ok" && check !== "persistence" && check !== "latency");
    expect(faults).toEqual([]);
    expect(findings.find(({ check }) => check === "processes")?.message).toBe("1 scheduler, 1 worker with 50 places");
  });
});

describe("levelflow top", () => {
  test("shows what there is once where there is no terminal", async () => {
    const { env, start } = install();
    await start("worker");
    const { code, stdout } = await levelflow(["top"], { env });
    expect(stdout).toContain("runs   0 active  0 paused  0 finished");
    expect(stdout).toMatch(/^worker +\S+ +default +0\/50/m);
    expect(code).toBe(0);
    const json = JSON.parse((await levelflow(["top", "--json"], { env })).stdout) as { workers: object[] };
    expect(json.workers).toMatchObject([{ pool: "default", concurrency: 50, running: 0 }]);
  });

  test("redraws in a terminal until q is pressed, and leaves the terminal as it was", async () => {
    const { env } = install();
    // A terminal that nobody looks at has no size.
    const command = `stty rows 30 cols 120; "${process.execPath}" "${CLI}" top --interval 50`;
    const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
      env: { ...process.env, ...env, TERM: "xterm" },
      stdio: "pipe",
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let shown = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
    // Redrawing begins with going back to where the last drawing began.
    const frames = (): number => shown.split(CURSOR_UP).length - 1;
    await until("it has drawn several times", () => frames() > 3, 20_000);
    child.stdin.write("q");
    const [code] = (await once(child, "exit")) as [number];
    expect(shown).toContain("q quits");
    expect(shown.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(shown.lastIndexOf(HIDE_CURSOR));
    expect(code).toBe(0);
  });
});
