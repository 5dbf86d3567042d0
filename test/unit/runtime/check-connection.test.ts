import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { Producer, Scheduler, Worker } from "../../../src/index.ts";
import { checkConnection } from "../../../src/runtime/check-connection.ts";

test.each([
  "redis://127.0.0.1:6379",
  "rediss://user:secret@host:6380/2",
  "unix:///run/redis.sock",
  "/run/redis.sock",
  "host:6379",
  "6379",
  "host",
  "//host:1",
  "redis://[::1]:6379",
  "/run/redis.sock?db=2",
  {},
  { host: "a", port: 1 },
])("takes %j", (connection) => {
  checkConnection(connection);
});

const client = new Redis({ lazyConnect: true });

test.each<[what: string, connection: unknown, told: string]>([
  ["nothing", undefined, "connection is missing: give a Redis URL"],
  ["null", null, "connection is null: "],
  ["a number", 6379, "connection is a number: "],
  ["no text", " ", "connection is empty: "],
  ["another scheme", "http://user:secret@host", "connection has the scheme http, not one of Redis: "],
  ["a port that there is not", "redis://user:secret@host:99999", "connection is not a URL that can be read: "],
  ["a port behind a host that there is not", "host:99999", "connection is no address that can be read: "],
  ["a password that is badly encoded", "redis://:se%cret@host", "connection is not a URL that can be read: "],
  ["a space before it", " rediss://user:secret@host", "connection begins or ends with a space"],
  ["an encrypted one that would not be", "REDISS://host", "connection has the scheme REDISS, not one of Redis: "],
  ["a prefix in a URL", "redis://host?keyPrefix=mine", "connection has a keyPrefix, which BullMQ does not take: use prefix"],
  ["a list", [], "connection is a list: "],
  ["a URL that is no text", new URL("redis://host"), "connection is an object that holds a URL: "],
  ["options of another client", { url: "redis://host" }, "connection is an object that holds a URL: "],
  [
    "a client",
    client,
    "connection is a client: levelflow makes connections of its own, give the options that the client was made with",
  ],
  ["a prefix of the client's", { keyPrefix: "mine:" }, "connection has a keyPrefix, which BullMQ does not take: use prefix"],
])("every role refuses %s", (_what, connection, told) => {
  for (const Role of [Producer, Scheduler, Worker]) {
    const make = () => new Role({ connection: connection as string });
    expect(make).toThrow(expect.objectContaining({ code: "INVALID_SETTING", message: expect.stringContaining(told) as string }));
    expect(make).not.toThrow("secret");
  }
});
