/**
 * Every number that levelflow runs with, its one home. Names end in their unit; settings of the same name override them
 * (`LEVELFLOW_ABORT_GRACE_MS` for `abortGraceMs`), see `docs/configuration.md`.
 */
export const DEFAULTS = {
  /** First part of every Redis key. */
  prefix: "levelflow",

  /** Largest workflow that is accepted: nodes, edges, and bytes of its JSON text. */
  maxNodes: 100_000,
  maxEdges: 500_000,
  maxPayloadBytes: 64 * 1024 * 1024,
  /** Largest JSON text of one node's result, in bytes. */
  maxResultBytes: 64 * 1024 * 1024,
  /** Entries kept of a run's event stream, about. */
  maxEventCount: 200_000,

  /** Lanes that one level is given at most, for each pool. */
  maxLanesPerLevel: 250,
  /** Nodes that one worker process works on at a time, and lanes that it holds. */
  workerConcurrency: 50,

  /** Attempts of a node that sets none; backoff between them. */
  attempts: 1,
  backoffDelayMs: 1_000,
  backoffMaxDelayMs: 300_000,
  backoffJitter: 0.2,
  /** The longest that a handler may put off its next attempt. */
  maxRetryAfterMs: 30 * 24 * 3_600_000,
  /** Claims of one attempt that may end in a dead process before the node is failed as poisonous. */
  maxCrashCount: 5,

  /** How long running handlers may take to honour their abort signal before the run ends without them. */
  abortGraceMs: 5_000,
  /** How long running handlers may go on when a worker is told to stop, before they get their signal. */
  shutdownGraceMs: 10_000,
  /** How long a claim is handed back for want of a worker that knows the node's type. */
  unknownTypeGraceMs: 5_000,

  /** A job's lock in BullMQ, and how often expired locks are looked for: together they bound the recovery of a lane. */
  lockDurationMs: 5_000,
  stalledIntervalMs: 2_000,
  /** How long a scheduler or worker that starts waits for a Redis that is not there yet. */
  redisWaitMs: 60_000,
  /** How often a worker reports itself and has its claims checked; it counts as gone after `workerTtlMs` of silence. */
  heartbeatMs: 1_000,
  workerTtlMs: 10_000,
  /** How often a scheduler looks for runs without a live job, and the age below which it leaves a run alone. */
  sweepIntervalMs: 5_000,
  sweepMinAgeMs: 3_000,
  /** How often a scheduler looks for deadlines, besides being told of those that pass soon. */
  deadlinePollMs: 1_000,
  /** Deadlines that pass sooner than this are told to schedulers, which look at least as often. */
  deadlineNoticeMs: 1_000,
  /** How long a scheduler waits for further deadlines to act on together: the precision of timeouts. */
  deadlineGatherMs: 10,
  /** How long a lane at the run's concurrency limit waits before it asks again. */
  laneWaitMs: 100,
  /** How often live events and a run's end are polled for, besides being told of them. */
  eventPollMs: 100,
  resultPollMs: 1_000,

  /** How long a finished run is kept, and how often the reaper looks: as often as the retention is long, within these. */
  retentionMs: 7 * 24 * 3_600_000,
  minReapIntervalMs: 1_000,
  maxReapIntervalMs: 60_000,

  /** Where `serve` listens, and as whom one logs in to it. */
  serveHost: "127.0.0.1",
  servePort: 8420,
  serveUser: "admin",
  /** Where a role answers health checks, if it is given a port for them. */
  healthHost: "127.0.0.1",
  /** How long a loop of a role may be stuck, or its Redis be away, before the role counts as dead. */
  livenessGraceMs: 300_000,

  /** `http` nodes: the request as a whole, the body, and how many redirects are followed. */
  httpTimeoutMs: 30_000,
  httpMaxResponseBytes: 10 * 1024 * 1024,
  httpMaxRedirects: 10,
} as const;
