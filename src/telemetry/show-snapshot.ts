import type { Snapshot } from "../core/ports/observer.ts";
import type { MetricSet } from "./metric-set.ts";

const RUN_STATES = ["active", "paused", "finished"] as const;

/** Sets the gauges to what several roles of a process tell. What nobody tells now is taken away: an old value would pass for a new one. */
export function showSnapshot(metrics: MetricSet, told: readonly Snapshot[]): void {
  for (const gauge of [metrics.runs, metrics.queueJobs, metrics.queueOldest, metrics.nodesRunning, metrics.concurrency]) {
    gauge.reset();
  }
  metrics.redisUp.set(told.every(({ redis }) => redis?.isUp !== false) && told.length > 0 ? 1 : 0);
  metrics.redisRoundTrip.remove();
  for (const { redis, queues = [], runs, nodes } of told) {
    if (redis?.roundTripMs !== undefined) metrics.redisRoundTrip.set(redis.roundTripMs / 1_000);
    for (const { queue, jobs, oldestWaitingMs } of queues) {
      for (const [state, count] of Object.entries(jobs)) metrics.queueJobs.set({ queue, state }, count);
      metrics.queueOldest.set({ queue }, oldestWaitingMs / 1_000);
    }
    for (const state of RUN_STATES) if (runs !== undefined) metrics.runs.set({ state }, runs[state]);
    if (nodes === undefined) continue;
    metrics.nodesRunning.set({ pool: nodes.pool }, nodes.running);
    metrics.concurrency.set({ pool: nodes.pool }, nodes.concurrency);
  }
}
