import { describe, expect, test } from "vitest";
import { judge, type Finding } from "../../../src/runtime/doctor/findings.ts";
import type { InstallationFacts } from "../../../src/runtime/doctor/installation-facts.ts";

const INFO = {
  redis_version: "7.0.15",
  role: "master",
  maxmemory: "0",
  maxmemory_policy: "noeviction",
  used_memory: "1048576",
  aof_enabled: "1",
  aof_last_write_status: "ok",
  rdb_last_bgsave_status: "ok",
};
const CONFIG = { appendonly: "yes", appendfsync: "everysec", save: "" };
const WORKER = { id: "w-1", pool: "default", types: ["add"], concurrency: 50, running: 0, version: "1.0.0", silentMs: 10 };
const SCHEDULER = { id: "s-1", version: "1.0.0", silentMs: 10 };
const QUEUE = { queue: "lanes-default", jobs: { waiting: 2 }, oldestWaitingMs: 5, isPaused: false };

/** An installation that nothing is wrong with. */
const WELL: InstallationFacts = {
  version: "1.0.0",
  redis: { info: INFO, config: CONFIG },
  roundTripsMs: [0.2, 0.3, 0.9],
  clockAheadMs: -3,
  processes: { workers: [WORKER], schedulers: [SCHEDULER] },
  runs: { active: 3, paused: 1, finished: 9 },
  queues: [QUEUE],
  stuck: [],
  newerRuns: 0,
  leftovers: { keys: [], count: 0, lookedAt: 40, isPartial: false },
};

interface Case {
  readonly what: string;
  readonly facts: Partial<InstallationFacts>;
  readonly expected: Pick<Finding, "check" | "verdict"> & { readonly message: string; readonly remedy: RegExp };
}

const info = (changed: Record<string, string>): Partial<InstallationFacts> => ({
  redis: { info: { ...INFO, ...changed }, config: CONFIG },
});
const config = (changed: Record<string, string>): Partial<InstallationFacts> => ({
  redis: { info: { ...INFO, aof_enabled: "0" }, config: { ...CONFIG, ...changed } },
});

const CASES: readonly Case[] = [
  {
    what: "an old Redis",
    facts: info({ redis_version: "6.0.1" }),
    expected: { check: "redis", verdict: "problem", message: "Redis is of version 6.0.1: too old", remedy: /6\.2\.0/ },
  },
  {
    what: "a replica",
    facts: info({ role: "slave" }),
    expected: {
      check: "redis",
      verdict: "problem",
      message: "This Redis is a replica: it takes no writes, or loses them",
      remedy: /primary/,
    },
  },
  {
    what: "a Redis that is far away",
    facts: { roundTripsMs: [1, 40, 90] },
    expected: {
      check: "latency",
      verdict: "warning",
      message: "answers in 40 ms (median of 3; slowest 90 ms)",
      remedy: /near Redis/,
    },
  },
  {
    what: "eviction",
    facts: info({ maxmemory_policy: "allkeys-lru" }),
    expected: {
      check: "memory",
      verdict: "problem",
      message: "Redis has maxmemory-policy allkeys-lru: when its memory is full it removes keys, and runs are lost",
      remedy: /noeviction/,
    },
  },
  {
    what: "memory that is nearly used up",
    facts: info({ maxmemory: "1100000" }),
    expected: {
      check: "memory",
      verdict: "warning",
      message: "1.0 MiB used of 1.0 MiB, nothing is evicted",
      remedy: /LEVELFLOW_RETENTION_MS/,
    },
  },
  {
    what: "memory that is used up",
    facts: info({ maxmemory: "1000000" }),
    expected: {
      check: "memory",
      verdict: "problem",
      message: "1.0 MiB used of 1.0 MiB, nothing is evicted: writes are refused",
      remedy: /more memory/,
    },
  },
  {
    what: "no persistence",
    facts: config({ appendonly: "no" }),
    expected: {
      check: "persistence",
      verdict: "problem",
      message: "Redis keeps nothing on disk (no appendonly, no save): all runs are lost when it ends",
      remedy: /appendonly/,
    },
  },
  {
    what: "snapshots alone",
    facts: config({ appendonly: "no", save: "3600 1" }),
    expected: {
      check: "persistence",
      verdict: "warning",
      message: "snapshots alone (save 3600 1): what came after the last one is lost when Redis crashes",
      remedy: /appendonly/,
    },
  },
  {
    what: "a disk that is full",
    facts: info({ aof_last_write_status: "err" }),
    expected: {
      check: "persistence",
      verdict: "problem",
      message: "the append-only file could not be written the last time",
      remedy: /disk/,
    },
  },
  {
    what: "clocks that differ",
    facts: { clockAheadMs: 61_000.4 },
    expected: {
      check: "clock",
      verdict: "warning",
      message: "Redis' clock and this machine's are 61000 ms apart",
      remedy: /NTP/,
    },
  },
  {
    what: "no scheduler",
    facts: { processes: { workers: [WORKER], schedulers: [] } },
    expected: {
      check: "processes",
      verdict: "problem",
      message: "no scheduler runs: levels are not dispatched, timeouts not kept",
      remedy: /levelflow scheduler/,
    },
  },
  {
    what: "no worker",
    facts: { processes: { workers: [], schedulers: [SCHEDULER] }, queues: [] },
    expected: {
      check: "processes",
      verdict: "problem",
      message: "no worker runs: nodes are not executed",
      remedy: /levelflow worker/,
    },
  },
  {
    what: "processes of two versions",
    facts: {
      processes: { workers: [WORKER, { ...WORKER, version: undefined }], schedulers: [{ ...SCHEDULER, version: "1.1.0" }] },
    },
    expected: {
      check: "versions",
      verdict: "warning",
      message: "schedulers and workers are of versions 1.0.0 and 1.1.0 and unknown (an older one)",
      remedy: /upgrade/,
    },
  },
  {
    what: "a command of another version",
    facts: { version: "2.0.0" },
    expected: {
      check: "versions",
      verdict: "warning",
      message: "schedulers and workers are of version 1.0.0, this command is of 2.0.0",
      remedy: /before producers/,
    },
  },
  {
    what: "runs of a newer version",
    facts: { newerRuns: 2 },
    expected: {
      check: "versions",
      verdict: "warning",
      message: "2 runs written by a newer version, which this one leaves alone",
      remedy: /Upgrade/,
    },
  },
  {
    what: "a queue that somebody paused",
    facts: { queues: [{ ...QUEUE, isPaused: true }] },
    expected: {
      check: "queues",
      verdict: "problem",
      message: "queue lanes-default is paused with 2 jobs in it",
      remedy: /Resume it in Bull Board/,
    },
  },
  {
    what: "a pool that no worker serves",
    facts: { queues: [{ ...QUEUE, queue: "lanes-gpu", jobs: { prioritized: 1 } }] },
    expected: {
      check: "queues",
      verdict: "problem",
      message: "no worker serves pool gpu, of which 1 lane waits",
      remedy: /--pool gpu/,
    },
  },
  {
    what: "runs that no job carries",
    facts: { stuck: [1, 2, 3, 4, 5, 6, 7].map((n) => ({ runId: `r-${String(n)}`, why: "no-job" })) },
    expected: {
      check: "runs",
      verdict: "problem",
      message: "no job carries 7 runs (r-1, r-2, r-3, r-4, r-5 and 2 more)",
      remedy: /scheduler/,
    },
  },
  {
    what: "a run that does not end",
    facts: { stuck: [{ runId: "r-1", why: "past-its-end" }] },
    expected: { check: "runs", verdict: "problem", message: "1 run (r-1) should have ended", remedy: /log/ },
  },
  {
    what: "keys that are left over",
    facts: { leftovers: { keys: ["a", "b"], count: 12, lookedAt: 100, isPartial: true } },
    expected: {
      check: "keys",
      verdict: "warning",
      message: "100 keys looked at, not all in the time there was: 12 keys (a, b and 10 more) are left of runs that are gone",
      remedy: /UNLINK/,
    },
  },
];

describe("judge", () => {
  test("finds nothing wrong where nothing is", () => {
    expect(judge(WELL)).toEqual(judge(WELL).map(({ check, message }) => ({ check, verdict: "ok", message })));
    expect(judge(WELL).map(({ message }) => message)).toEqual([
      "Redis 7.0.15",
      "answers in 0.3 ms (median of 3; slowest 0.9 ms)",
      "append-only file, synced every second",
      "1.0 MiB used, without a bound, nothing is evicted",
      "Redis' clock and this machine's are 3 ms apart",
      "1 scheduler, 1 worker with 50 places",
      "all of 1.0.0",
      "jobs that wait: lanes-default 2",
      "3 active, 1 paused, 9 finished, none is stuck",
      "40 keys looked at, none is left of a run that is gone",
    ]);
  });

  test.each(CASES)("notices $what, and nothing else", ({ facts, expected }) => {
    const findings = judge({ ...WELL, ...facts }).filter(({ verdict }) => verdict !== "ok");
    expect(findings).toEqual([{ ...expected, remedy: expect.stringMatching(expected.remedy) as string }]);
  });

  test("takes what Redis does not tell for well", () => {
    const findings = judge({ ...WELL, redis: { info: {}, config: {} } });
    expect(findings.filter(({ verdict }) => verdict !== "ok")).toEqual([]);
  });
});
