import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { redisUrl, removeKeys, testPrefix } from "../support/redis.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { CliProcess, fileOf, levelflow, NODES, untilGone, type CliEnd } from "./cli-process.ts";

interface Installation {
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command with `--json` and answers its document. */
  readonly json: (...args: readonly string[]) => Promise<unknown>;
  readonly cli: (...args: readonly string[]) => Promise<CliEnd>;
  readonly start: (role: string, ...args: readonly string[]) => Promise<CliProcess>;
}

/** Keys of the test's own on the shared Redis, and the commands on them. */
function install(): Installation {
  const prefix = testPrefix();
  onTestFinished(() => removeKeys(prefix));
  const env = { REDIS_URL: redisUrl(), LEVELFLOW_PREFIX: prefix };
  const cli = (...args: readonly string[]): Promise<CliEnd> => levelflow(args, { env });
  return {
    env,
    cli,
    json: async (...args) => JSON.parse((await cli(...args, "--json")).stdout) as unknown,
    start: async (role, ...args) => {
      const child = new CliProcess([role, ...args], { env });
      await child.says(`${role} ready`);
      return child;
    },
  };
}

const SUM = {
  workflow_id: "sum",
  nodes: [
    { id: "a", data: { value: 1 } },
    { id: "b", type: "waits", data: { ms: 1 } },
  ],
};
const WAITING = { nodes: [{ id: "slow", type: "waits", data: { ms: 120_000 } }] };
const FAILING = { nodes: [{ id: "bad", type: "fails" }] };

describe("levelflow with a scheduler and workers as processes of their own", () => {
  test("enqueues, waits, lists and shows runs", async () => {
    const { cli, json, start } = install();
    const roles = [
      await start("scheduler"),
      await start("worker", "--nodes", NODES),
      await start("worker", "--nodes", NODES, "--concurrency", "2"),
    ];
    const waited = await cli("enqueue", fileOf(SUM), "--wait");
    expect(waited.stdout).toContain("✔ completed in ");
    expect(waited.code).toBe(0);
    const failed = await cli("enqueue", fileOf(FAILING), "--wait");
    expect(failed.code).toBe(1);

    const [bad, good] = (await json("list")) as { runId: string; status: string; committedCount: number }[];
    expect(bad).toMatchObject({ status: "failed" });
    expect(good).toMatchObject({ status: "completed", committedCount: 2, workflowId: "sum" });
    expect(await json("list", "--status", "failed", "--limit", "5")).toEqual([bad]);
    const table = await cli("list");
    expect(table.stdout).toMatch(/^run +workflow +status +nodes +created +took\n0-\S+ +failed +0\/1 /);

    expect(await json("show", good!.runId)).toMatchObject({
      runId: good!.runId,
      status: "completed",
      nodeResults: { a: 1, b: "waited" },
    });
    const shown = await cli("show", good!.runId);
    expect(shown.stdout).toMatch(/\n {4}0 {2}b {5}completed +1 +\S+ ms {2}\S+-\d+-\S+\n/);

    const profiled = await cli("show", good!.runId, "--profile");
    expect(profiled.stdout).toMatch(
      /\n {4}0 {6}2 +\d+ ms +\d+ ms +[12] +\d+ % +0 ms {2}[ab] \(\d+ ms\)\n\nbarriers cost nothing /,
    );
    expect(await json("show", good!.runId, "--profile")).toMatchObject({
      ...{ runId: good!.runId, workflowId: "sum", status: "completed" },
      profile: { levels: [{ level: 0, nodeCount: 2 }], order: { barrierLossMs: 0 } },
    });

    for (const role of roles) role.kill("SIGTERM");
    for (const role of roles) expect((await role.ended).code).toBe(0);
  });

  test("gives one run for one idempotency key", async () => {
    const { cli, json } = install();
    const enqueue = (workflow: object): Promise<unknown> => json("enqueue", fileOf(workflow), "--idempotency-key", "order-1");
    const first = await enqueue(SUM);
    expect(first).toEqual({ runId: expect.stringMatching(/^0-/), status: "queued" });
    expect(await enqueue(SUM)).toEqual(first);
    expect(await enqueue(FAILING)).toMatchObject({ error: { code: "IDEMPOTENCY_CONFLICT" } });
    expect((await cli("enqueue", fileOf(SUM))).stdout).toMatch(/^0-\S+\n$/);
  });

  test("pauses, resumes, cancels and retries a run", async () => {
    const { json, cli, start } = install();
    await start("scheduler");
    await start("worker", "--nodes", NODES);
    const { runId } = (await json("enqueue", fileOf(WAITING))) as { runId: string };
    expect(await json("pause", runId)).toEqual({ runId, status: "paused" });
    expect(await json("resume", runId)).toMatchObject({ runId, status: expect.stringMatching(/queued|running/) });
    expect(await json("cancel", runId)).toMatchObject({ runId, status: expect.stringMatching(/cancell/) });
    await expect
      .poll(async () => ((await json("list", "--status", "cancelled")) as unknown[]).length, { timeout: 15_000 })
      .toBe(1);
    expect(await json("retry", runId)).toMatchObject({ runId, status: expect.stringMatching(/queued|running/) });
    expect(await json("cancel", runId)).toMatchObject({ runId });
    const refused = await cli("resume", runId);
    expect(refused.stderr).toContain("RUN_STATE_CONFLICT");
    expect(refused.code).toBe(2);
  });

  test("stops waiting on SIGINT and says how to find the run", async () => {
    const { env, json } = install();
    const cli = new CliProcess(["enqueue", fileOf(WAITING), "--wait", "--json"], { env });
    await expect.poll(async () => ((await json("list")) as unknown[]).length, { timeout: 15_000 }).toBe(1);
    cli.kill("SIGINT");
    const { code, stdout } = await cli.ended;
    const [{ runId } = { runId: "" }] = (await json("list")) as { runId: string }[];
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "RESULT_TIMEOUT", runId } });
    expect(code).toBe(3);
  });

  test("knows a run that is not there", async () => {
    const { cli } = install();
    const { code, stderr } = await cli("show", "0-\u001b[2J");
    expect(stderr).toContain("RUN_NOT_FOUND");
    expect(stderr).not.toContain("\u001b");
    expect(code).toBe(2);
  });
});

describe("levelflow dev", () => {
  test("offers its Redis to other commands until Ctrl-C, and keeps the folder to itself", async () => {
    const cwd = tempFolder();
    const dev = new CliProcess(["dev", "--nodes", NODES, "--workers", "1"], { cwd });
    await dev.says("levelflow dev: ready");
    const pids = dev.processes();
    const addressFile = join(cwd, ".levelflow", "dev.json");
    const { redisUrl: url } = JSON.parse(readFileSync(addressFile, "utf8")) as { redisUrl: string };
    expect(dev.stdout).toBe(`export REDIS_URL=${url}\n`);
    expect(statSync(addressFile).mode & 0o777).toBe(0o600);
    expect((await levelflow(["enqueue", fileOf(SUM), "--wait"], { env: { REDIS_URL: url } })).code).toBe(0);

    const second = await levelflow(["dev"], { cwd });
    expect(second.stderr).toContain("DATA_FOLDER_LOCKED");
    expect(second.code).toBe(3);
    expect(statSync(addressFile).isFile()).toBe(true);

    dev.kill("SIGINT");
    expect((await dev.ended).code).toBe(0);
    await untilGone(pids);
  });
});
