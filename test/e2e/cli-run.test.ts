import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tempFolder } from "../support/temp-folder.ts";
import { UNDER_WAY } from "./cli-nodes.ts";
import { CliProcess, fileOf, levelflow, NODES, untilGone } from "./cli-process.ts";

const WAITING = {
  nodes: [
    { id: "quick", data: { value: 1 } },
    { id: "slow", type: "waits", data: { ms: 120_000 } },
    { id: "after", data: { mode: "text" } },
  ],
  edges: [{ source: "slow", target: "after" }],
};
const SPINNING = { nodes: [{ id: "spinning", type: "spins" }] };

/** A run whose nodes are under way, in a temporary folder of the test's own. */
async function startRun(workflow: object, ...args: readonly string[]): Promise<{ cli: CliProcess; temporary: string }> {
  const temporary = mkdtempSync(join(tempFolder(), "t"));
  const cli = new CliProcess(["run", fileOf(workflow), "--nodes", NODES, ...args], { env: { TMPDIR: temporary } });
  await cli.says("level 0: started");
  await cli.says(UNDER_WAY);
  return { cli, temporary };
}

/** What a run has left in its temporary folder. The cache there is the TypeScript loader's, which keeps it on purpose. */
function leftovers(temporary: string): string[] {
  return readdirSync(temporary).filter((name) => name !== "jiti");
}

describe("levelflow run", () => {
  test("runs a workflow over worker processes with input, progress and a summary, and leaves nothing behind", async () => {
    const temporary = tempFolder();
    const workflow = {
      workflow_id: "echo",
      nodes: [
        { id: "a", type: "waits", data: { ms: 1 } },
        { id: "b", type: "echoes" },
      ],
      edges: [{ source: "a", target: "b" }],
    };
    const cli = new CliProcess(["run", fileOf(workflow), "--nodes", NODES, "--input", '{"x":[1]}', "--timeout", "60s"], {
      env: { TMPDIR: temporary },
    });
    await cli.says("level 0: started, 1 node\n");
    const pids = cli.processes();
    expect(pids.length).toBeGreaterThanOrEqual(4);
    const { code, stdout, stderr } = await cli.ended;
    expect(stdout).toMatch(/^✔ completed in .+ · echo\nrun 0-\S+\n\nlevel +nodes +time +one by one\n/);
    expect(stdout).toContain('result\n  {\n    "x": [\n      1\n    ]\n  }\n');
    expect(stderr).toMatch(/level 0: done, 1\/1 in .*\nlevel 1: started, 1 node\nlevel 1: done, 1\/1 in /);
    expect(code).toBe(0);
    await untilGone(pids);
    expect(leftovers(temporary)).toEqual([]);
  });

  test("keeps the data where it is told to", async () => {
    const data = join(tempFolder(), "data");
    const { code } = await levelflow(["run", "-", "--data", data, "--workers", "1"], {
      stdin: '{"nodes":[{"id":"a","data":{"value":1}}]}',
    });
    expect(code).toBe(0);
    expect(existsSync(join(data, "redis"))).toBe(true);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("cancels the run on %s and prints how far it came", async (signal) => {
    const { cli, temporary } = await startRun(WAITING, "--json");
    const pids = cli.processes();
    cli.kill(signal);
    const { code, stdout } = await cli.ended;
    const result = JSON.parse(stdout) as {
      status: string;
      errors: { code: string }[];
      nodes: Record<string, { status: string }>;
    };
    expect(result.status).toBe("cancelled");
    expect(result.errors.map((error) => error.code)).toEqual(["RUN_CANCELLED"]);
    expect(result.nodes).toMatchObject({ slow: { status: "cancelled" }, after: { status: "skipped" } });
    expect(code).toBe(1);
    await untilGone(pids);
    expect(leftovers(temporary)).toEqual([]);
  });

  test("cancels a run in process, too", async () => {
    const { cli } = await startRun(WAITING, "--local");
    cli.kill("SIGINT");
    const { code, stdout } = await cli.ended;
    expect(stdout).toContain("■ cancelled in ");
    expect(code).toBe(1);
  });

  test("ends at once on the second SIGINT, whatever its handlers do", async () => {
    const { cli } = await startRun(SPINNING);
    const pids = cli.processes();
    cli.kill("SIGINT");
    await cli.says("cancelling the run; once more to end at once");
    cli.kill("SIGINT");
    expect((await cli.ended).code).toBe(1);
    await untilGone(pids);
  });

  test("leaves no process behind when it is killed, not even one with a busy handler", async () => {
    const { cli } = await startRun(SPINNING);
    const pids = cli.processes();
    expect(pids.length).toBeGreaterThanOrEqual(4);
    cli.kill("SIGKILL");
    await untilGone(pids);
  });
});
