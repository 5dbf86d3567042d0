import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../../src/core/ports/observer.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";
import { codesIn, readPage, ROOT, sectionOf, tableOf } from "../../architecture/docs-tables.ts";

const open = (): ReturnType<typeof createMetrics> => createMetrics({ role: "worker", version: "1.2.3" });

/** The samples of levelflow's own metrics, without those of buckets. */
async function samplesOf(metrics: ReturnType<typeof createMetrics>): Promise<Record<string, number>> {
  const lines = (await metrics.read()).split("\n").filter((line) => line.startsWith("levelflow_") && !line.includes("_bucket"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

/** Names of metrics, by the text that Prometheus gets. */
async function kindsOf(): Promise<ReadonlyMap<string, string>> {
  const text = await open().read();
  return new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", kind = ""]) => [name, kind]));
}

describe("metrics", () => {
  test("count and measure what roles tell, in seconds", async () => {
    const metrics = open();
    const { observer } = metrics;
    observer.handlerEnded("http", 1_500);
    observer.attemptEnded("committed");
    observer.attemptEnded("refused");
    observer.commitRefused("stale");
    observer.claimReturned("worker-stopping");
    observer.abortHeeded(20);
    observer.runFinished("failed");
    observer.runMeasured({ status: "failed", queuedMs: 250, durationMs: 4_000, levelMs: [1_000, 3_000] });
    const level = { level: 0, nodeCount: 2, meanWaitMs: 50, runMs: 900, slots: 2, slowest: { nodeId: "a", timeMs: 900 } };
    observer.runProfiled({
      slots: 2,
      levels: [{ ...level, queueWaitMs: 20, idleShare: 0.25 }],
      order: { criticalPathMs: 1, criticalPath: [], levelOrderMs: 900, dependencyOrderMs: 800, barrierLossMs: 100 },
    });
    observer.laneWaited("gpu", 100);
    observer.barrierWaited(2_000);
    observer.jobStalled("lanes-gpu");
    observer.swept();
    observer.levelReissued();
    expect(await samplesOf(metrics)).toMatchObject({
      'levelflow_info{version="1.2.3",role="worker"}': 1,
      'levelflow_handler_duration_seconds_sum{type="http"}': 1.5,
      'levelflow_node_attempts_total{outcome="committed"}': 1,
      'levelflow_node_attempts_total{outcome="refused"}': 1,
      'levelflow_commits_refused_total{reason="stale"}': 1,
      'levelflow_claims_returned_total{reason="worker-stopping"}': 1,
      levelflow_abort_latency_seconds_sum: 0.02,
      'levelflow_runs_finished_total{status="failed"}': 1,
      'levelflow_run_duration_seconds_sum{status="failed"}': 4,
      levelflow_run_queue_seconds_sum: 0.25,
      levelflow_level_duration_seconds_sum: 4,
      levelflow_level_duration_seconds_count: 2,
      levelflow_level_wait_seconds_sum: 0.02,
      levelflow_level_idle_ratio_sum: 0.25,
      levelflow_run_barrier_loss_seconds_sum: 0.1,
      'levelflow_lane_wait_seconds_sum{pool="gpu"}': 0.1,
      levelflow_barrier_wait_seconds_sum: 2,
      'levelflow_jobs_stalled_total{queue="lanes-gpu"}': 1,
      levelflow_sweeps_total: 1,
      levelflow_level_reissues_total: 1,
    });
  });

  test("ask what is so when they are read, and forget what nobody can tell any more", async () => {
    const metrics = open();
    const queue = { queue: "barriers", jobs: { waiting: 3 }, oldestWaitingMs: 1_500, isPaused: false };
    let told: Snapshot = { redis: { isUp: true, roundTripMs: 2 }, queues: [queue], runs: { active: 1, paused: 2, finished: 3 } };
    metrics.addSource(() => Promise.resolve(told));
    metrics.addSource(() => Promise.resolve({ nodes: { pool: "default", running: 4, concurrency: 50 } }));
    metrics.addSource(() => Promise.reject(new Error("Redis is away")));
    expect(await samplesOf(metrics)).toMatchObject({
      levelflow_redis_up: 1,
      levelflow_redis_round_trip_seconds: 0.002,
      'levelflow_queue_jobs{queue="barriers",state="waiting"}': 3,
      'levelflow_queue_oldest_seconds{queue="barriers"}': 1.5,
      'levelflow_runs{state="paused"}': 2,
      'levelflow_worker_nodes_running{pool="default"}': 4,
    });
    told = { redis: { isUp: false } };
    const later = await samplesOf(metrics);
    expect(later["levelflow_redis_up"]).toBe(0);
    expect(Object.keys(later).filter((name) => /queue_jobs|queue_oldest|levelflow_runs\{|round_trip/.test(name))).toEqual([]);
    expect(later['levelflow_worker_nodes_running{pool="default"}']).toBe(4);
  });
});

describe("names of metrics", () => {
  const documented = (): string[] =>
    tableOf(sectionOf(readPage("docs/metrics.md"), "## The metrics")).map(([name = ""]) => codesIn(name)[0] ?? "");

  test("are those of docs/metrics.md, with their kinds", async () => {
    const kinds = [...(await kindsOf())].filter(([name]) => name.startsWith("levelflow_"));
    const rows = tableOf(sectionOf(readPage("docs/metrics.md"), "## The metrics"));
    expect(rows.map(([name = "", kind = ""]) => [codesIn(name)[0], kind])).toEqual(kinds);
    expect(documented().length).toBeGreaterThan(20);
  });

  test("follow Prometheus' conventions", async () => {
    for (const [name, kind] of await kindsOf()) {
      if (!name.startsWith("levelflow_")) continue;
      expect(name.endsWith("_total"), name).toBe(kind === "counter");
      if (kind === "histogram") expect(name).toMatch(/_(seconds|ratio)$/);
    }
  });

  test.each(["ops/prometheus/alerts.yml", "ops/grafana/levelflow.json"])("all exist that %s refers to", async (path) => {
    const kinds = await kindsOf();
    const text = readFileSync(join(ROOT, path), "utf8");
    const names = [...text.matchAll(/\b(?:levelflow|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name);
    const known = (name: string): boolean =>
      kinds.has(name) || kinds.get(name.replace(/_(?:bucket|sum|count)$/, "")) === "histogram";
    expect(names.filter((name) => !known(name))).toEqual([]);
    expect(new Set(names).size).toBeGreaterThan(8);
  });
});
