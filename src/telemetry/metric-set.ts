import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** From a millisecond to five minutes, for what handlers and levels take, in seconds. */
const WORK_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** From ten milliseconds to a day, for what runs take. */
const RUN_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400];

const SHARE_BUCKETS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Every metric of levelflow's own. `docs/metrics.md` lists the same ones; a test compares the two. */
export function createMetricSet(registry: Registry) {
  const make = metricMaker(registry);
  const { counter, gauge, histogram } = make;
  return {
    info: gauge("levelflow_info", "Always 1; its labels tell what runs here.", ["version", "role"]),
    redisUp: gauge("levelflow_redis_up", "Whether Redis is reached and takes commands."),
    redisRoundTrip: gauge("levelflow_redis_round_trip_seconds", "How long a PING of Redis took, at the time of the scrape."),

    ...createRunMetrics(make),

    attempts: counter("levelflow_node_attempts_total", "Attempts of nodes that ended, by how.", ["outcome"]),
    commitsRefused: counter("levelflow_commits_refused_total", "Results that were refused (fenced), by why.", ["reason"]),
    claimsReturned: counter("levelflow_claims_returned_total", "Claims that were given back without an outcome, by why.", [
      "reason",
    ]),
    handlerDuration: histogram("levelflow_handler_duration_seconds", "How long handlers took to a result.", WORK_BUCKETS, [
      "type",
    ]),
    abortLatency: histogram(
      "levelflow_abort_latency_seconds",
      "From the word that a handler is to stop to its end.",
      WORK_BUCKETS,
    ),
    nodesRunning: gauge("levelflow_worker_nodes_running", "Nodes that this process is at work on.", ["pool"]),
    concurrency: gauge("levelflow_worker_concurrency", "Nodes that this process works on at the most.", ["pool"]),

    laneWait: histogram("levelflow_lane_wait_seconds", "How long lanes waited for a worker.", WORK_BUCKETS, ["pool"]),
    jobsStalled: counter("levelflow_jobs_stalled_total", "Jobs whose process went silent.", ["queue"]),
    queueJobs: gauge("levelflow_queue_jobs", "Jobs in a queue. Every scheduler tells of all: take the maximum.", [
      "queue",
      "state",
    ]),
    queueOldest: gauge("levelflow_queue_oldest_seconds", "For how long the job has waited that waits longest.", ["queue"]),
  };
}

export type MetricSet = ReturnType<typeof createMetricSet>;

/** Of runs and their levels. */
function createRunMetrics({ counter, gauge, histogram }: MetricMaker) {
  return {
    runs: gauge("levelflow_runs", "Runs that Redis holds. Every scheduler tells of all: take the maximum.", ["state"]),
    runsFinished: counter("levelflow_runs_finished_total", "Runs that this process brought to their end.", ["status"]),
    runDuration: histogram("levelflow_run_duration_seconds", "From a run's first level to its end.", RUN_BUCKETS, ["status"]),
    runQueue: histogram("levelflow_run_queue_seconds", "From a run's creation to its first level.", RUN_BUCKETS),
    levelDuration: histogram("levelflow_level_duration_seconds", "From a level's dispatch to its last commit.", WORK_BUCKETS),
    levelWait: histogram(
      "levelflow_level_wait_seconds",
      "From a level's dispatch until its first node was begun, of profiled runs.",
      WORK_BUCKETS,
    ),
    levelIdle: histogram(
      "levelflow_level_idle_ratio",
      "How much of the places that a level had was unused, 0 to 1, of profiled runs.",
      SHARE_BUCKETS,
    ),
    barrierLoss: histogram(
      "levelflow_run_barrier_loss_seconds",
      "What dependency order would have saved a completed run, of profiled runs.",
      WORK_BUCKETS,
    ),
    barrierWait: histogram(
      "levelflow_barrier_wait_seconds",
      "How long a level waited for its slowest lane: from the end of its first lane to that of its last.",
      WORK_BUCKETS,
    ),
    levelReissues: counter("levelflow_level_reissues_total", "Levels that were issued again because their jobs were lost."),
    sweeps: counter("levelflow_sweeps_total", "Looks for runs whose jobs were lost."),
  };
}

type MetricMaker = ReturnType<typeof metricMaker>;

function metricMaker(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers });
  const histogram = <Label extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly Label[] = [],
  ) => new Histogram({ name, help, buckets: [...buckets], labelNames: [...labelNames], registers });
  return { counter, gauge, histogram };
}
