import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openOwnRedis } from "../support/own-redis.ts";
import { redisUrl, removeKeys, testPrefix } from "../support/redis.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { CliProcess, fileOf, levelflow } from "./cli-process.ts";

const PASSWORD = "correct horse battery";
const WORKFLOW = { workflow_id: "sum", nodes: [{ id: "a", data: { value: 1 } }] };

interface Started {
  readonly process: CliProcess;
  /** Its servers, in the order in which it opened them. */
  readonly urls: readonly string[];
}

/** Starts a role and answers where it listens. */
async function start(role: string, env: Readonly<Record<string, string>>): Promise<Started> {
  const process = new CliProcess([role], { env });
  await process.says(`${role} ready`);
  const ready = process.stderr.split("\n").find((line) => line.includes(`${role} ready`)) ?? "{}";
  return { process, urls: (JSON.parse(ready) as { urls: readonly string[] }).urls };
}

const statusOf = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
  (await fetch(url, { headers })).status;

const metricsOf = async (url = "", headers: Record<string, string> = {}): Promise<string> =>
  (await fetch(`${url}/metrics`, { headers })).text();

describe("levelflow serve", () => {
  test("shows the queues of an installation to who logs in", async () => {
    const prefix = testPrefix();
    onTestFinished(() => removeKeys(prefix));
    const passwordFile = join(tempFolder(), "password");
    writeFileSync(passwordFile, `${PASSWORD}\n`);
    const env = { REDIS_URL: redisUrl(), LEVELFLOW_PREFIX: prefix };
    const serving = { LEVELFLOW_SERVE_PORT: "0", LEVELFLOW_SERVE_USER: "ops", LEVELFLOW_SERVE_PASSWORD_FILE: passwordFile };
    const serve = await start("serve", { ...env, ...serving, LEVELFLOW_SERVE_HOST: "0.0.0.0", LEVELFLOW_HEALTH_PORT: "0" });
    const [health = "", shown = ""] = serve.urls;
    const url = shown.replace("0.0.0.0", "127.0.0.1");
    expect(await statusOf(`${health}/readyz`)).toBe(200);
    expect(await statusOf(`${health}/bull-board`)).toBe(404);
    expect(await statusOf(`${url}/readyz`)).toBe(200);
    expect(await statusOf(`${url}/bull-board`)).toBe(401);

    const scheduler = await start("scheduler", { ...env, LEVELFLOW_HEALTH_PORT: "0" });
    const worker = await start("worker", { ...env, LEVELFLOW_HEALTH_PORT: "0" });
    expect((await levelflow(["enqueue", fileOf(WORKFLOW), "--wait"], { env })).code).toBe(0);
    const authorization = `Basic ${Buffer.from(`ops:${PASSWORD}`).toString("base64")}`;
    expect(await statusOf(`${url}/bull-board/queue/barriers`, { authorization })).toBe(200);
    const answer = await fetch(`${url}/bull-board/api/queues?activeQueue=barriers`, { headers: { authorization } });
    const { queues } = (await answer.json()) as { queues: { name: string; counts: { completed: number } }[] };
    expect(queues.map(({ name }) => name)).toEqual(["barriers", "lanes-default"]);
    expect(queues[1]?.counts.completed).toBeGreaterThan(0);
    expect(await statusOf(`${url}/metrics`)).toBe(401);
    expect(await metricsOf(url, { authorization })).toContain('levelflow_queue_jobs{queue="lanes-default",state="waiting"} 0');
    expect(await metricsOf(scheduler.urls[0])).toContain('levelflow_runs{state="finished"} 1');
    const told = await metricsOf(worker.urls[0]);
    expect(told).toContain('levelflow_runs_finished_total{status="completed"} 1');
    expect(told).toContain('levelflow_handler_duration_seconds_count{type="number"} 1');
    expect(told).toContain('levelflow_lane_wait_seconds_count{pool="default"} 1');

    serve.process.kill("SIGTERM");
    expect((await serve.process.ended).code).toBe(0);
    expect(serve.process.stderr).not.toContain(PASSWORD);
  });

  test("does not go beyond this machine without a login, nor to a port that is taken", async () => {
    const open = await levelflow(["serve"], { env: { LEVELFLOW_SERVE_HOST: "0.0.0.0" } });
    expect(open.code).toBe(2);
    expect(open.stderr).toContain("LEVELFLOW_SERVE_PASSWORD");
    const first = await start("serve", { REDIS_URL: redisUrl(), LEVELFLOW_SERVE_PORT: "0" });
    const { port } = new URL(first.urls[0] ?? "");
    const second = await levelflow(["serve"], { env: { REDIS_URL: redisUrl(), LEVELFLOW_SERVE_PORT: port } });
    expect(second.code).toBe(2);
    expect(second.stderr).toContain("another process listens there");
  });
});

describe("levelflow health", () => {
  test("says when a role cannot work, and when only a restart helps", async () => {
    const redis = await openOwnRedis();
    const { urls } = await start("worker", {
      REDIS_URL: redis.url,
      LEVELFLOW_HEALTH_PORT: "0",
      LEVELFLOW_LIVENESS_GRACE_MS: "1500",
    });
    const { port } = new URL(urls[0] ?? "");
    const ask = (...args: readonly string[]): ReturnType<typeof levelflow> =>
      levelflow(["health", ...args], { env: { LEVELFLOW_HEALTH_PORT: port } });
    expect(await ask()).toMatchObject({ code: 0, stdout: "ready\n" });

    await redis.kill();
    await expect.poll(() => statusOf(`${urls[0] ?? ""}/readyz`), { timeout: 15_000 }).toBe(503);
    const away = await ask("--json");
    expect(away.code).toBe(1);
    expect(JSON.parse(away.stdout)).toMatchObject({ ready: false, status: "redis-away" });
    await expect.poll(() => statusOf(`${urls[0] ?? ""}/livez`), { timeout: 15_000 }).toBe(503);
    expect(await ask("--live")).toMatchObject({ code: 1, stdout: expect.stringMatching(/^not live: redis-away, /) });

    await redis.restart();
    await expect.poll(() => statusOf(`${urls[0] ?? ""}/readyz`), { timeout: 15_000 }).toBe(200);
    expect((await ask("--live")).code).toBe(0);
  });

  test("answers while a role still waits for its Redis", async () => {
    const nowhere = { REDIS_URL: "redis://127.0.0.1:1", LEVELFLOW_HEALTH_PORT: "0", LEVELFLOW_LOG_LEVEL: "debug" };
    const scheduler = new CliProcess(["scheduler"], { env: nowhere });
    await scheduler.says("answers health checks");
    const line = scheduler.stderr.split("\n").find((one) => one.includes("answers health checks")) ?? "{}";
    const { url } = JSON.parse(line) as { url: string };
    expect(await statusOf(`${url}/livez`)).toBe(200);
    expect(await statusOf(`${url}/readyz`)).toBe(503);
  });

  test("has an exit code of its own when nobody answers", async () => {
    const { code, stdout } = await levelflow(["health", "--json"], { env: { LEVELFLOW_HEALTH_PORT: "1" } });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ live: false, ready: false, status: "no-answer" });
  });
});
