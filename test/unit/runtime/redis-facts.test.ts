import { describe, expect, test } from "vitest";
import { findRedisFaults, type RedisFacts } from "../../../src/runtime/redis-facts.ts";

/** A Redis that is set up well. */
const INFO = { redis_version: "7.0.15", maxmemory_policy: "noeviction", aof_enabled: "1", role: "master" };
const CONFIG = { save: "", appendonly: "yes", appendfsync: "everysec" };

const EVICTION = "when its memory is full it removes keys, and runs are lost. Set it to noeviction.";
const PERSISTENCE =
  "Redis keeps nothing on disk (no appendonly, no save): all runs are lost when it ends. Set appendonly to yes.";
const FSYNC = "Redis has appendfsync no: a crash of its machine may lose half a minute of runs. Set it to everysec or always.";
const REPLICA = "This Redis is a replica: it takes no writes, or loses them. Connect to its primary.";
const version = (found: string): string => `Redis is of version ${found}: too old. 6.2.0 or newer is needed.`;

const told = (facts: RedisFacts): string[] => findRedisFaults(facts).map(({ message, remedy }) => `${message} ${remedy}`);

interface Case {
  readonly what: string;
  readonly info?: RedisFacts["info"];
  readonly config?: RedisFacts["config"];
  readonly expected: readonly string[];
}

const CASES: readonly Case[] = [
  { what: "set up well", expected: [] },
  { what: "with appendfsync always", config: { appendfsync: "always" }, expected: [] },
  ...["allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-ttl"].map((policy) => ({
    what: `with ${policy}`,
    info: { maxmemory_policy: policy },
    expected: [`Redis has maxmemory-policy ${policy}: ${EVICTION}`],
  })),
  { what: "without persistence", info: { aof_enabled: "0" }, config: { appendonly: "no" }, expected: [PERSISTENCE] },
  {
    what: "with snapshots alone",
    info: { aof_enabled: "0" },
    config: { appendonly: "no", save: "3600 1 300 100" },
    expected: [],
  },
  { what: "with appendfsync no", config: { appendfsync: "no" }, expected: [FSYNC] },
  {
    what: "with appendfsync no, of an append-only file that is off",
    info: { aof_enabled: "0" },
    config: { appendonly: "no", appendfsync: "no", save: "60 1" },
    expected: [],
  },
  { what: "of an old version", info: { redis_version: "6.0.16" }, expected: [version("6.0.16")] },
  { what: "of an older major version", info: { redis_version: "5.9.9" }, expected: [version("5.9.9")] },
  { what: "of the oldest version that will do", info: { redis_version: "6.2.0" }, expected: [] },
  { what: "of a newer version with a smaller minor one", info: { redis_version: "8.0.1" }, expected: [] },
  { what: "that is a replica", info: { role: "slave" }, expected: [REPLICA] },
  {
    what: "with several faults, in the order of their weight",
    info: { redis_version: "6.0.0", maxmemory_policy: "allkeys-lru", aof_enabled: "0", role: "slave" },
    config: { appendonly: "no" },
    expected: [`Redis has maxmemory-policy allkeys-lru: ${EVICTION}`, PERSISTENCE, version("6.0.0"), REPLICA],
  },
];

describe("findRedisFaults", () => {
  test.each(CASES)("of a Redis $what", ({ info = {}, config = {}, expected }) => {
    expect(told({ info: { ...INFO, ...info }, config: { ...CONFIG, ...config } })).toEqual(expected);
  });

  test("says nothing of what Redis does not tell", () => {
    expect(told({ info: {}, config: {} })).toEqual([]);
    // A managed Redis that forbids CONFIG still tells its policy.
    expect(told({ info: { ...INFO, aof_enabled: "0", maxmemory_policy: "allkeys-lru" }, config: {} })).toEqual([
      `Redis has maxmemory-policy allkeys-lru: ${EVICTION}`,
    ]);
  });
});
