import { collectDefaultMetrics, Registry } from "prom-client";
import type { Observer, Snapshot, Telemetry } from "../core/ports/observer.ts";
import { within } from "../core/time/within.ts";
import { createMetricSet, type MetricSet } from "./metric-set.ts";
import { showSnapshot } from "./show-snapshot.ts";

/** Metrics of this process, for Prometheus. One for all roles that it runs. */
export interface Metrics extends Telemetry {
  /** Of the HTTP answer that carries them. */
  readonly contentType: string;
  /** All of them in Prometheus' text format, after a look at what is so right now. */
  read(): Promise<string>;
}

export interface MetricsOptions {
  /** What runs in this process: the label `role`. */
  readonly role: string;
  /** Of levelflow: the label `version`. */
  readonly version: string;
}

/** How long a scrape waits for what Redis has to tell, in ms. What is not there by then is left out. */
const SOURCE_TIMEOUT_MS = 2_000;

export function createMetrics({ role, version }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = createMetricSet(registry);
  metrics.info.set({ version, role }, 1);
  const sources: (() => Promise<Snapshot>)[] = [];
  return {
    observer: observerOf(metrics),
    addSource: (read) => void sources.push(read),
    contentType: registry.contentType,
    read: async () => {
      showSnapshot(metrics, await askAll(sources));
      return registry.metrics();
    },
  };
}

/** What the sources tell in time. One that fails tells nothing. */
async function askAll(sources: readonly (() => Promise<Snapshot>)[]): Promise<readonly Snapshot[]> {
  const told: Snapshot[] = [];
  const asking = sources.map(async (read) => {
    try {
      told.push(await read());
    } catch {
      // What cannot be told is missing in the answer, which is what it says.
    }
  });
  await within(SOURCE_TIMEOUT_MS, Promise.all(asking));
  return [...told];
}

function observerOf(metrics: MetricSet): Observer {
  return {
    handlerEnded: (type, ms) => metrics.handlerDuration.observe({ type }, ms / 1_000),
    attemptEnded: (outcome) => metrics.attempts.inc({ outcome }),
    commitRefused: (reason) => metrics.commitsRefused.inc({ reason }),
    claimReturned: (reason) => metrics.claimsReturned.inc({ reason }),
    abortHeeded: (ms) => metrics.abortLatency.observe(ms / 1_000),
    runFinished: (status) => metrics.runsFinished.inc({ status }),
    runMeasured: ({ status, queuedMs, durationMs, levelMs }) => {
      if (queuedMs !== undefined) metrics.runQueue.observe(queuedMs / 1_000);
      if (durationMs !== undefined) metrics.runDuration.observe({ status }, durationMs / 1_000);
      for (const ms of levelMs) metrics.levelDuration.observe(ms / 1_000);
    },
    runProfiled: ({ levels, order }) => {
      for (const { queueWaitMs, idleShare } of levels) {
        metrics.levelWait.observe(queueWaitMs / 1_000);
        metrics.levelIdle.observe(idleShare);
      }
      if (order !== undefined) metrics.barrierLoss.observe(order.barrierLossMs / 1_000);
    },
    laneWaited: (pool, ms) => metrics.laneWait.observe({ pool }, ms / 1_000),
    barrierWaited: (ms) => metrics.barrierWait.observe(ms / 1_000),
    jobStalled: (queue) => metrics.jobsStalled.inc({ queue }),
    swept: () => metrics.sweeps.inc(),
    levelReissued: () => metrics.levelReissues.inc(),
  };
}
