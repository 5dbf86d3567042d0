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
  ["a client", client, "connection is a client: levelflow makes connections of its own, give the client's options"],
  ["a prefix of the client's", { keyPrefix: "mine:" }, "connection has a keyPrefix, which BullMQ does not take: use prefix"],
])("every role refuses %s", (_what, connection, told) => {
  for (const Role of [Producer, Scheduler, Worker]) {
    const make = () => new Role({ connection: connection as string });
    expect(make).toThrow(expect.objectContaining({ code: "INVALID_SETTING", message: expect.stringContaining(told) as string }));
    expect(make).not.toThrow("secret");
  }
});
