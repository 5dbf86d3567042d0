import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { redisConnector } from "../../src/runtime/connect-redis.ts";
import { Signals } from "../../src/store/redis/signals.ts";
import { createRedisStore } from "../../src/store/redis/redis-run-store.ts";
import { redisUrl } from "../support/redis.ts";
import { until } from "../support/until.ts";

/** Signals over a connection that the test can cut. */
async function openSignals(channel: string) {
  const connect = redisConnector(redisUrl(), { failFast: false, log: SILENT_LOGGER });
  const clients: Redis[] = [];
  const create = (): Redis => {
    const client = connect();
    clients.push(client);
    return client;
  };
  const signals = new Signals({ create, log: SILENT_LOGGER });
  const heard: string[] = [];
  let gapCount = 0;
  await signals.listen(
    channel,
    (text) => heard.push(text),
    () => (gapCount += 1),
  );
  const other = new Redis(redisUrl());
  onTestFinished(async () => {
    await signals.stop();
    other.disconnect();
  });
  const subscriber = clients[0]!;
  // Redis may see another port than this process does, so it is cut at this end.
  const cut = (): void => void subscriber.stream.destroy();
  return { signals, heard, subscriber, other, cut, gapCount: () => gapCount };
}

test("signals are heard again after a lost connection, and that some may be lost is told", async () => {
  const { heard, other, cut, gapCount } = await openSignals("signals-again");
  expect(gapCount()).toBe(0);
  cut();
  await until("the signal is heard", async () => {
    await other.publish("signals-again", "run-1");
    return heard.length > 0;
  });
  expect(heard[0]).toBe("run-1");
  expect(gapCount()).toBe(1);
});

test("a stop in the moment of a reconnect leaves no rejection that nobody handles", async () => {
  const { signals, subscriber, cut } = await openSignals("signals-stopped");
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  onTestFinished(() => void process.off("unhandledRejection", note));
  const ended = new Promise((resolve) => subscriber.once("end", resolve));
  // Redis goes away for good with the answer still to come.
  subscriber.once("ready", () => {
    void signals.stop();
    subscriber.stream.destroy();
  });
  cut();
  await ended;
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).toEqual([]);
});

test.each([
  ["not a number", 0],
  ["", 0],
  ["-5", 0],
  ["NaN", 0],
  ["-Infinity", 0],
  ["40", 40],
])("a scheduler that hears %j of a deadline looks in %i ms", async (text, inMs) => {
  const prefix = `alarms-${randomUUID()}`;
  const store = createRedisStore({ connect: redisConnector(redisUrl(), { failFast: false, log: SILENT_LOGGER }), prefix });
  const other = new Redis(redisUrl());
  await store.start();
  onTestFinished(async () => {
    await store.stop();
    other.disconnect();
  });
  const heard: number[] = [];
  await store.onDeadline((ms) => heard.push(ms));
  await other.publish(`{${prefix}:0}:alarms`, text);
  await until("it is heard", async () => heard.length > 0);
  expect(heard).toEqual([inMs]);
});
