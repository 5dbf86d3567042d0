import { waitingIn } from "../../core/ports/observer.ts";
import { findRedisFaults, isAppending, type RedisFault } from "../redis-facts.ts";
import type { InstallationFacts } from "./installation-facts.ts";

/** What one look came to. `problem`: runs are lost, refused, or do not go on; `warning`: they may be, or take longer. */
export interface Finding {
  readonly check: string;
  readonly verdict: "ok" | "warning" | "problem";
  readonly message: string;
  /** What to do about it: always there, unless the verdict is `ok`. */
  readonly remedy?: string;
}

/** Round trips above this are slow for a Redis that is near, in ms: a node costs at least one. */
const SLOW_ROUND_TRIP_MS = 5;
const CLOCK_MAY_DIFFER_MS = 1_000;
/** Memory above this part of its bound is nearly used up. */
const NEARLY_FULL = 0.9;
/** Runs and keys that a message names. */
const MAX_NAMED = 5;

type Check = (facts: InstallationFacts) => readonly Finding[];

const CHECKS: readonly Check[] = [
  checkRedis,
  checkLatency,
  checkPersistence,
  checkMemory,
  checkClock,
  checkProcesses,
  checkVersions,
  checkQueues,
  checkRuns,
  checkKeys,
];

/** Everything that an examination has to say, in the order in which one looks for a cause. */
export function judge(facts: InstallationFacts): Finding[] {
  return CHECKS.flatMap((check) => check(facts));
}

function checkRedis({ redis }: InstallationFacts): Finding[] {
  const faults = faultsOf(redis, "version", "role");
  const { redis_version: version, valkey_version: valkey } = redis.info;
  return faults.length > 0
    ? faults
    : [ok("redis", valkey === undefined ? `Redis ${version ?? "of a version that it does not tell"}` : `Valkey ${valkey}`)];
}

function checkLatency({ roundTripsMs }: InstallationFacts): Finding[] {
  const median = roundTripsMs[Math.floor(roundTripsMs.length / 2)] ?? 0;
  const message = `answers in ${shortMs(median)} (median of ${String(roundTripsMs.length)}; slowest ${shortMs(roundTripsMs.at(-1) ?? 0)})`;
  if (median <= SLOW_ROUND_TRIP_MS) return [ok("latency", message)];
  return [warning("latency", message, "Run the roles near Redis: each node costs at least one round trip.")];
}

function checkPersistence({ redis }: InstallationFacts): Finding[] {
  const { info, config } = redis;
  const faults = faultsOf(redis, "persistence");
  if (faults.length > 0) return faults;
  const failed = [
    ["aof_last_write_status", "the append-only file could not be written"],
    ["aof_last_bgrewrite_status", "the append-only file could not be rewritten"],
    ["rdb_last_bgsave_status", "the snapshot could not be written"],
  ].flatMap(([name = "", what = ""]) => (info[name] === undefined || info[name] === "ok" ? [] : [what]));
  if (failed.length > 0) {
    return [problem("persistence", `${failed.join(", ")} the last time`, "Look at Redis' log, and at the room on its disk.")];
  }
  if (!isAppending(redis)) {
    if (config["save"] === undefined) return [ok("persistence", "Redis does not tell how it keeps its data")];
    const message = `snapshots alone (save ${config["save"]}): what came after the last one is lost when Redis crashes`;
    return [warning("persistence", message, "Set appendonly to yes.")];
  }
  return [ok("persistence", `append-only file, ${SYNCED[config["appendfsync"] ?? ""] ?? "synced as Redis does not tell"}`)];
}

const SYNCED: Readonly<Record<string, string>> = { everysec: "synced every second", always: "synced with every write" };

function checkMemory({ redis }: InstallationFacts): Finding[] {
  const faults = faultsOf(redis, "eviction");
  if (faults.length > 0) return faults;
  const used = Number(redis.info["used_memory"] ?? 0);
  const most = Number(redis.info["maxmemory"] ?? 0);
  const message = `${megabytes(used)} used${most > 0 ? ` of ${megabytes(most)}` : ", without a bound"}, nothing is evicted`;
  if (most === 0 || used <= most * NEARLY_FULL) return [ok("memory", message)];
  const remedy = "Give Redis more memory, or keep finished runs for less long (LEVELFLOW_RETENTION_MS).";
  return used < most ? [warning("memory", message, remedy)] : [problem("memory", `${message}: writes are refused`, remedy)];
}

function checkClock({ clockAheadMs }: InstallationFacts): Finding[] {
  const apart = Math.abs(Math.round(clockAheadMs));
  const message = `Redis' clock and this machine's are ${String(apart)} ms apart`;
  if (apart <= CLOCK_MAY_DIFFER_MS) return [ok("clock", message)];
  return [warning("clock", message, "Let NTP set both: times that decide are Redis', but logs and traces are this machine's.")];
}

function checkProcesses({ processes: { schedulers, workers } }: InstallationFacts): Finding[] {
  const findings: Finding[] = [];
  if (schedulers.length === 0) {
    findings.push(
      problem("processes", "no scheduler runs: levels are not dispatched, timeouts not kept", "Start one: levelflow scheduler"),
    );
  }
  if (workers.length === 0)
    findings.push(problem("processes", "no worker runs: nodes are not executed", "Start one: levelflow worker"));
  if (findings.length > 0) return findings;
  const places = workers.reduce((sum, { concurrency = 0 }) => sum + concurrency, 0);
  return [
    ok("processes", `${count(schedulers.length, "scheduler")}, ${count(workers.length, "worker")} with ${String(places)} places`),
  ];
}

function checkVersions({ version, processes: { schedulers, workers }, newerRuns }: InstallationFacts): Finding[] {
  const findings: Finding[] = [];
  if (newerRuns > 0) {
    const message = `${count(newerRuns, "run")} written by a newer version, which this one leaves alone`;
    findings.push(warning("versions", message, "Upgrade this process, and schedulers and workers that are as old."));
  }
  const live = [...schedulers, ...workers];
  const running = new Set(live.map((process) => process.version ?? "unknown (an older one)"));
  if (running.size > 1) {
    const message = `schedulers and workers are of versions ${[...running].sort().join(" and ")}`;
    findings.push(warning("versions", message, "Fine while an upgrade rolls out; else restart those that were left behind."));
  } else if (version !== undefined && live.length > 0 && !running.has(version)) {
    const message = `schedulers and workers are of version ${[...running].join()}, this command is of ${version}`;
    findings.push(warning("versions", message, "Upgrade the older ones; schedulers and workers before producers."));
  }
  if (findings.length > 0) return findings;
  return live.length === 0 ? [] : [ok("versions", `all of ${[...running].join()}`)];
}

function checkQueues({ queues, processes: { workers } }: InstallationFacts): Finding[] {
  const findings = queues.flatMap(({ queue, jobs, isPaused }) => {
    const waiting = waitingIn(jobs);
    const found: Finding[] = [];
    if (isPaused) {
      found.push(
        problem(
          "queues",
          `queue ${queue} is paused with ${count(waiting, "job")} in it`,
          `Resume it in Bull Board: nothing of it is taken.`,
        ),
      );
    }
    const pool = /^lanes-(.*)$/.exec(queue)?.[1];
    if (pool !== undefined && waiting > 0 && !workers.some((worker) => worker.pool === pool)) {
      const message = `no worker serves pool ${pool}, of which ${count(waiting, "lane")} ${waiting === 1 ? "waits" : "wait"}`;
      found.push(problem("queues", message, `Start one: levelflow worker --pool ${pool}`));
    }
    return found;
  });
  if (findings.length > 0) return findings;
  const waiting = queues.map(({ queue, jobs }) => `${queue} ${String(waitingIn(jobs))}`);
  return [ok("queues", waiting.length === 0 ? "none yet" : `jobs that wait: ${waiting.join(", ")}`)];
}

function checkRuns({ runs, stuck }: InstallationFacts): Finding[] {
  const counts = `${String(runs.active)} active, ${String(runs.paused)} paused, ${String(runs.finished)} finished`;
  if (stuck.length === 0) return [ok("runs", `${counts}, none is stuck`)];
  const without = stuck.filter(({ why }) => why === "no-job").map(({ runId }) => runId);
  const late = stuck.filter(({ why }) => why === "past-its-end").map(({ runId }) => runId);
  const remedy = "A scheduler takes them up within seconds: see that one runs, and what its log says.";
  return [
    ...(without.length === 0 ? [] : [problem("runs", `no job carries ${named(without, "run")}`, remedy)]),
    ...(late.length === 0 ? [] : [problem("runs", `${named(late, "run")} should have ended`, remedy)]),
  ];
}

function checkKeys({ leftovers: { keys, count: found, lookedAt, isPartial } }: InstallationFacts): Finding[] {
  const looked = `${count(lookedAt, "key")} looked at${isPartial ? ", not all in the time there was" : ""}`;
  if (found === 0) return [ok("keys", `${looked}, none is left of a run that is gone`)];
  const message = `${looked}: ${named(keys, "key", found)} ${found === 1 ? "is" : "are"} left of runs that are gone`;
  return [warning("keys", message, "They do no harm but take memory: remove them with redis-cli UNLINK.")];
}

function faultsOf(facts: InstallationFacts["redis"], ...checks: readonly RedisFault["check"][]): Finding[] {
  const faults = findRedisFaults(facts).filter(({ check }) => checks.includes(check));
  return faults.map(({ check, message, remedy }) => problem(CHECK_NAMES[check], message.replace(/\.$/, ""), remedy));
}

const CHECK_NAMES = { version: "redis", role: "redis", eviction: "memory", persistence: "persistence" } as const;

function ok(check: string, message: string): Finding {
  return { check, verdict: "ok", message };
}

function warning(check: string, message: string, remedy: string): Finding {
  return { check, verdict: "warning", message, remedy };
}

function problem(check: string, message: string, remedy: string): Finding {
  return { check, verdict: "problem", message, remedy };
}

/** `2 runs: a, b`. */
function named(names: readonly string[], noun: string, total = names.length): string {
  const rest = total - Math.min(names.length, MAX_NAMED);
  return `${count(total, noun)} (${names.slice(0, MAX_NAMED).join(", ")}${rest > 0 ? ` and ${String(rest)} more` : ""})`;
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? "" : "s"}`;
}

function shortMs(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
