import { deepStrictEqual } from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Producer, type RunHandle } from "levelflow";
import type { BenchRedis } from "./bench-redis.ts";
import { expectedResults, payloadOf } from "./graph.ts";
import { startCpuProfile } from "./cpu-profile.ts";
import type { Load } from "./loads.ts";
import { watchLoop, type LoopFigures } from "./loop-watch.ts";
import { startRedisProbe } from "./redis-probe.ts";
import type { ProbeFigures } from "./redis-probe-main.ts";
import { startRoles } from "./role-processes.ts";

/** What one step of a load did to the others. */
export interface PhaseFigures {
  readonly name: string;
  readonly ms: number;
  readonly redis: ProbeFigures;
  readonly roles: readonly (LoopFigures & { readonly role: string })[];
  /** What Redis holds at the end of it. */
  readonly redisMb: number;
}

export interface LoadFigures {
  readonly name: string;
  readonly title: string;
  readonly phases: readonly PhaseFigures[];
}

const PREFIX = "stalls";
const WORKER_CONCURRENCY = 100;
const POLL_MS = 50;

/** Runs a load and measures each of its phases. Fails on a wrong result. @param profileFolder where the CPU profile of each process goes. */
export async function runLoad(redis: BenchRedis, load: Load, profileFolder?: string): Promise<LoadFigures> {
  const { name, title, graph, runCount, retentionMs } = load;
  await redis.client.config("SET", "slowlog-log-slower-than", "5000", "slowlog-max-len", "1000");
  const deployment = { redisUrl: redis.url, prefix: PREFIX, workerCount: 1, concurrency: WORKER_CONCURRENCY };
  const roles = await startRoles(deployment, { contender: "levelflow", settings: { retentionMs }, profileFolder });
  const endProfile = profileFolder === undefined ? undefined : await startCpuProfile(join(profileFolder, "producer.cpuprofile"));
  const probe = await startRedisProbe(redis);
  const producer = new Producer({ connection: redis.url, prefix: PREFIX });
  const payload = payloadOf(graph);
  const readLoop = watchLoop();
  const phases: PhaseFigures[] = [];
  let results: readonly unknown[] = [];
  try {
    await measure("idle", () => sleep(500));
    const runs = await measure("enqueue", () =>
      Promise.all(Array.from({ length: runCount }, (_, seed) => producer.enqueue(payload, { input: seed }))),
    );
    if (load.isStopped === true) await stopAndRetry(runs);
    await measure("run", () => untilOver(runs));
    await measure("result", async () => {
      results = await Promise.all(runs.map(async (run) => (await run.result()).nodeResults));
    });
    results.forEach((own, seed) => deepStrictEqual({ ...(own as object) }, expectedResults(graph, seed), `${name} went wrong`));
    results = [];
    await measure("removal", untilRemoved);
  } finally {
    await endProfile?.();
    await producer.close();
    probe.stop();
    await roles.stop();
  }
  return { name, title, phases };

  async function stopAndRetry([run]: readonly RunHandle[]): Promise<void> {
    if (run === undefined) throw new Error("no run to stop");
    await measure("half", () => untilCommitted(run.id, 0.25));
    await measure("pause", () => run.pause());
    await measure("resume", () => run.resume());
    await measure("half again", () => untilCommitted(run.id, 0.5));
    await measure("cancel", async () => {
      await run.cancel();
      await untilOver([run]);
    });
    await measure("retry", () => run.retry());
  }

  async function measure<T>(phase: string, action: () => Promise<T>): Promise<T> {
    readLoop();
    await Promise.all([probe.read(), roles.readLoops()]);
    const startedAt = performance.now();
    const answer = await action();
    const ms = performance.now() - startedAt;
    const own = { role: "producer", ...readLoop() };
    const [seen, others] = await Promise.all([probe.read(), roles.readLoops()]);
    phases.push({ name: phase, ms, redis: seen, roles: [own, ...others], redisMb: await usedMb() });
    return answer;
  }

  async function untilOver(runs: readonly RunHandle[]): Promise<void> {
    while ((await redis.client.zcard(`{${PREFIX}:0}:finished`)) < runs.length) await sleep(POLL_MS);
  }

  async function untilCommitted(runId: string, share: number): Promise<void> {
    const count = share * (payload["nodes"] as readonly unknown[]).length;
    while (Number(await redis.client.hget(`{${PREFIX}:0}:run:${runId}`, "committedCount")) < count) await sleep(POLL_MS);
  }

  async function untilRemoved(): Promise<void> {
    while ((await redis.client.zcard(`{${PREFIX}:0}:runs`)) > 0) await sleep(POLL_MS);
  }

  async function usedMb(): Promise<number> {
    return Number(/^used_memory:(\d+)/m.exec(await redis.client.info("memory"))?.[1]) / 2 ** 20;
  }
}
