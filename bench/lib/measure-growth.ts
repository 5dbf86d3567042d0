import { deepStrictEqual } from "node:assert/strict";
import type { BenchRedis } from "./bench-redis.ts";
import type { MeasuredContender } from "./contender.ts";
import { startDelayProxy } from "./delay-proxy.ts";
import { expectedResults, nodeCountOf } from "./graph.ts";
import type { GrowthPoint, GrowthSeries } from "./growth-series.ts";
import { startLevelflow } from "./levelflow.ts";
import { summarise, type Summary } from "./statistics.ts";

export interface PointFigures {
  readonly x: number;
  readonly nodeCount: number;
  readonly runCount: number;
  /** From the first enqueue until the caller has every result of every run. */
  readonly ms: Summary;
  /** What all processes of levelflow and Redis computed meanwhile; unlike the time, it hardly depends on who else uses the machine. */
  readonly cpuMs: Summary;
}

export interface SeriesFigures extends Omit<GrowthSeries, "points"> {
  readonly points: readonly PointFigures[];
}

const WORKER_CONCURRENCY = 100;
/** From so many nodes on a round is long enough for what the processes do first not to matter. */
const LONG_NODE_COUNT = 10_000;

/** Measures each point of a series: one round to warm up, then so many that count. Fails on a wrong result. */
export async function measureGrowth(redis: BenchRedis, series: GrowthSeries, rounds: number): Promise<SeriesFigures> {
  const { points, ...named } = series;
  const figures: PointFigures[] = [];
  for (const point of points) figures.push(await measurePoint(redis, series.name, point, rounds));
  return { ...named, points: figures };
}

async function measurePoint(redis: BenchRedis, name: string, point: GrowthPoint, rounds: number): Promise<PointFigures> {
  const { x, graph, runCount, workerCount, roundTripMs } = point;
  await redis.client.flushall();
  const url = new URL(redis.url);
  const proxy = roundTripMs === 0 ? undefined : await startDelayProxy({ port: Number(url.port) }, roundTripMs);
  if (proxy !== undefined) url.port = String(proxy.port);
  const deployment = { redisUrl: url.href, prefix: `growth-${name}`, workerCount, concurrency: WORKER_CONCURRENCY };
  const levelflow = await startLevelflow({ name: "levelflow", settings: {} }, deployment);
  try {
    const times: { readonly ms: number; readonly cpuMs: number }[] = [];
    const isLong = nodeCountOf(graph) * runCount >= LONG_NODE_COUNT;
    for (let round = isLong ? 0 : -1; round < rounds; round += 1) {
      const time = await timeRound(redis, levelflow, point, round);
      if (round >= 0) times.push(time);
    }
    const ms = summarise(times.map((time) => time.ms));
    const cpuMs = summarise(times.map((time) => time.cpuMs));
    return { x, nodeCount: nodeCountOf(graph), runCount, ms, cpuMs };
  } finally {
    await levelflow.stop();
    await proxy?.stop();
  }
}

async function timeRound(
  redis: BenchRedis,
  levelflow: MeasuredContender,
  { graph, runCount }: GrowthPoint,
  round: number,
): Promise<{ ms: number; cpuMs: number }> {
  const seeds = Array.from({ length: runCount }, (_, i) => (round + 1) * runCount + i);
  const cpuBefore = (await levelflow.readCpuMs()) + (await redisCpuMs(redis));
  const startedAt = performance.now();
  const results = await levelflow.run(graph, seeds);
  const ms = performance.now() - startedAt;
  const cpuMs = (await levelflow.readCpuMs()) + (await redisCpuMs(redis)) - cpuBefore;
  seeds.forEach((seed, i) => deepStrictEqual({ ...results[i] }, expectedResults(graph, seed)));
  return { ms, cpuMs };
}

async function redisCpuMs({ client }: BenchRedis): Promise<number> {
  const info = await client.info("cpu");
  const seconds = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1] ?? 0);
  return (seconds("used_cpu_user") + seconds("used_cpu_sys")) * 1000;
}
