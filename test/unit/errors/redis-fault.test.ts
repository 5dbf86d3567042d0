import { describe, expect, test } from "vitest";
import { LevelflowError } from "../../../src/core/errors/levelflow-error.ts";
import { redisFaultOf } from "../../../src/core/errors/redis-fault.ts";

function withCode(code: string): Error {
  return Object.assign(new Error("connect"), { code });
}

function discarded(previousErrors?: readonly unknown[]): Error {
  return Object.assign(new Error("EXECABORT Transaction discarded because of previous errors."), { previousErrors });
}

const OOM = "OOM command not allowed when used memory > 'maxmemory'.";

describe("redisFaultOf", () => {
  test.each([
    [OOM, "refusing", "is out of memory (maxmemory)"],
    [`${OOM} script: 0123, on @user_script:1.`, "refusing", "is out of memory (maxmemory)"],
    ["READONLY You can't write against a read only replica.", "refusing", "is a read-only replica"],
    [
      "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
      "refusing",
      "is a read-only",
    ],
    ["MISCONF Redis is configured to save RDB snapshots, but", "refusing", "cannot write to its disk"],
    ["LOADING Redis is loading the dataset in memory", "refusing", "is still loading its data"],
    ["BUSY Redis is busy running a script.", "refusing", "is held up by a script"],
    ["NOREPLICAS Not enough good replicas to write.", "refusing", "for want of replicas"],
    ["MASTERDOWN Link with MASTER is down", "refusing", "a replica that has lost its primary"],
    ["CLUSTERDOWN The cluster is down", "refusing", "a cluster that is down"],
    ["NOAUTH Authentication required.", "denied", "asks for a password"],
    ["WRONGPASS invalid username-password pair or user is disabled.", "denied", "refuses the password"],
    ['Protocol error, got "H" as reply type byte', "foreign", "not Redis"],
    ["Redis does not answer: nothing came back for 3000 ms", "away", "it does not answer"],
    ["ERR max number of clients reached", "away", "maxclients"],
    ["Reached the max retries per request limit (which is 1).", "away", "the connection was lost"],
    ["Connection is closed.", "away", "the connection was lost"],
  ])("%s is of kind %s", (message, kind, reason) => {
    expect(redisFaultOf(new Error(message))).toEqual({ kind, reason: expect.stringContaining(reason) as string });
  });

  test.each([
    ["ECONNREFUSED", "connection refused"],
    ["ENOENT", "there is no such socket"],
    ["ENOTFOUND", "unknown host"],
    ["ECONNRESET", "the connection was lost"],
  ])("the code %s tells that Redis is away", (code, reason) => {
    expect(redisFaultOf(withCode(code))).toEqual({ kind: "away", reason });
    expect(redisFaultOf(new AggregateError([withCode(code), withCode("EHOSTUNREACH")]))).toEqual({ kind: "away", reason });
  });

  test("takes a discarded transaction for what its first command met", () => {
    expect(redisFaultOf(discarded([new Error(OOM), new Error("LOADING ")]))).toEqual(redisFaultOf(new Error(OOM)));
    expect(redisFaultOf(discarded([new Error("ERR unknown command")]))).toBeUndefined();
    expect(redisFaultOf(discarded([]))).toBeUndefined();
    expect(redisFaultOf(discarded())).toBeUndefined();
  });

  test("looks for the cause of REDIS_UNAVAILABLE, and of no other error of levelflow's own", () => {
    const cause = new Error(OOM);
    expect(redisFaultOf(new LevelflowError("REDIS_UNAVAILABLE", "away", { cause }))).toEqual(redisFaultOf(cause));
    expect(redisFaultOf(new LevelflowError("ENQUEUE_UNCERTAIN", "away", { cause }))).toBeUndefined();
  });

  test.each([
    new Error("ERR wrong number of arguments"),
    new TypeError("x is not a function"),
    "OOM command not allowed",
    undefined,
  ])("%s says nothing of Redis", (error) => {
    expect(redisFaultOf(error)).toBeUndefined();
  });
});
