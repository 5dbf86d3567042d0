// How the throughput of a workflow that mostly waits grows with the number of worker replicas: 3 levels × 320 nodes of 100 ms, 10 nodes at
// a time a worker. Each number of replicas has a scheduler and workers of its own, as processes on one Redis with an append-only file; they
// take turns.
//
//   node scripts/bench.mjs replicas [--rounds n] [--replicas 1,2,4,8] [--json] [--tiny]
//
// Or against workers that run already, in containers for one, where their number and concurrency have to be told:
//
//   WORKER_CONCURRENCY=10 docker compose up -d --scale worker=4
//   node scripts/bench.mjs replicas --redis redis://127.0.0.1:6379 --replicas 4 [--concurrency 10]
//
// Prints the median time with the fastest and slowest round, nodes a second, and what share that is of what so many replicas could do at
// most. Every result of every run is looked at.
import { deepStrictEqual } from "node:assert/strict";
import process from "node:process";
import { parseArgs } from "node:util";
import { Producer } from "levelflow";
import { startBenchRedis } from "./lib/bench-redis.ts";
import { readCircumstances } from "./lib/circumstances.ts";
import { startRoles } from "./lib/role-processes.ts";
import { showSummary, summarise, type Summary } from "./lib/statistics.ts";
import { tableLines } from "./lib/table.ts";

const NODE_MS = 100;
const WARM_UP_ROUNDS = 1;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    replicas: { type: "string", default: "1,2,4,8" },
    concurrency: { type: "string", default: "10" },
    redis: { type: "string" },
    json: { type: "boolean", default: false },
    tiny: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
const replicaCounts = options.replicas.split(",").map(Number);
const concurrency = Number(options.concurrency);
const shape = options.tiny ? { levels: 2, width: 20 } : { levels: 3, width: 320 };
if (options.redis !== undefined && replicaCounts.length !== 1)
  throw new Error("--redis takes the one number of --replicas that run there");

/** Workers, and a way to give them work. */
interface Deployment {
  readonly replicas: number;
  readonly producer: Producer;
  stop(): Promise<void>;
}

interface Figures {
  readonly replicas: number;
  readonly ms: Summary;
  readonly nodesPerSecond: Summary;
  /** Its nodes a second ÷ what all its places could do if nothing but the nodes took time. */
  readonly efficiency: Summary;
}

const own = options.redis === undefined ? await startBenchRedis() : undefined;
const deployments: Deployment[] = [];
try {
  for (const replicas of replicaCounts) {
    deployments.push(await (own === undefined ? join(options.redis ?? "", replicas) : deploy(own.url, replicas)));
  }
  const figures = await measure();
  const circumstances = await readCircumstances(own?.version ?? "of those who run it");
  const report = { benchmark: "replicas", ...circumstances, rounds, concurrency, nodeMs: NODE_MS, ...shape, figures };
  process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${show(figures).join("\n")}\n`);
} finally {
  await Promise.all(deployments.map((deployment) => deployment.stop()));
  await own?.stop();
}

async function deploy(redisUrl: string, replicas: number): Promise<Deployment> {
  const prefix = `bench-${replicas}-replicas`;
  const deployment = { redisUrl, prefix, workerCount: replicas, concurrency };
  const roles = await startRoles(deployment, { contender: "levelflow", settings: {}, build: undefined });
  const producer = new Producer({ connection: redisUrl, prefix });
  return { replicas, producer, stop: () => producer.close().finally(() => roles.stop()) };
}

async function join(redisUrl: string, replicas: number): Promise<Deployment> {
  const producer = new Producer({ connection: redisUrl });
  return { replicas, producer, stop: () => producer.close() };
}

async function measure(): Promise<Figures[]> {
  const times = new Map<Deployment, number[]>(deployments.map((deployment) => [deployment, []]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const [deployment, own] of times) {
      const ms = await time(deployment);
      if (round >= 0) own.push(ms);
    }
    if (!options.json) process.stderr.write(`round ${round + 1} of ${rounds}: done\n`);
  }
  return [...times].map(([{ replicas }, own]) => figuresOf(replicas, own));
}

function figuresOf(replicas: number, times: readonly number[]): Figures {
  const nodeCount = shape.levels * shape.width;
  const most = (replicas * concurrency * 1_000) / NODE_MS;
  const perSecond = times.map((ms) => (nodeCount / ms) * 1_000);
  return {
    replicas,
    ms: summarise(times),
    nodesPerSecond: summarise(perSecond),
    efficiency: summarise(perSecond.map((rate) => rate / most)),
  };
}

/** The time of one run, from its enqueue until its caller has every result. */
async function time({ producer }: Deployment): Promise<number> {
  const startedAt = performance.now();
  const run = await producer.enqueue(payload());
  const { status, nodeResults } = await run.result();
  const ms = performance.now() - startedAt;
  deepStrictEqual([status, Object.keys(nodeResults).length], ["completed", shape.levels * shape.width]);
  for (const result of Object.values(nodeResults)) deepStrictEqual((result as { delayed: boolean }).delayed, true);
  return ms;
}

/** Levels of equal width; each node waits, and has one of the level before as its source. */
function payload(): object {
  const levels = Array.from({ length: shape.levels }, (_, level) =>
    Array.from({ length: shape.width }, (__, i) => `${level}-${i}`),
  );
  const nodes = levels.flat().map((id) => ({ id, type: "delay", data: { duration: `${NODE_MS}ms` } }));
  const edges = levels.slice(1).flatMap((ids, i) => ids.map((target, n) => ({ source: levels[i]?.[n] ?? "", target })));
  return { nodes, edges };
}

function show(figures: readonly Figures[]): string[] {
  const head = ["replicas", "ms", "nodes/s", "share of the most possible"];
  const rows = figures.map(({ replicas, ms, nodesPerSecond, efficiency }) => [
    String(replicas),
    showSummary(ms, 0),
    showSummary(nodesPerSecond, 0),
    showSummary(efficiency, 3),
  ]);
  return tableLines([head, ...rows]);
}
