import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { redisConnector } from "../../src/runtime/connect-redis.ts";
import { StoreKeys } from "../../src/store/redis/keys.ts";
import { RECORD_VERSION } from "../../src/store/redis/record-version.ts";
import { createRedisStore } from "../../src/store/redis/redis-run-store.ts";
import { startRun } from "../contract/run-store/run-driver.ts";
import { redisUrl, removeKeys, testPrefix } from "../support/redis.ts";

// What version 4 stored: claims were tokens alone, a node's record named its lane, and retries lay among the lanes.

/** A run of one place with nodes a, b and c, and a hand in what is stored of it. */
async function openFormer() {
  const prefix = testPrefix();
  const connect = redisConnector(redisUrl(), { failFast: false, log: SILENT_LOGGER });
  const store = createRedisStore({ connect, prefix });
  await store.start();
  const redis = new Redis(redisUrl());
  onTestFinished(async () => {
    await store.stop();
    await removeKeys(prefix);
    redis.disconnect();
  });
  const run = await startRun(store, { options: { maxConcurrency: 1 } });
  const keys = new StoreKeys(prefix);
  await redis.hset(keys.run(run.runId), "version", "4");
  const write = (part: "nodes" | "claims" | "lanes", field: string, value: string): Promise<number> =>
    redis.hset(keys.part(run.runId, part), field, value);
  await redis.lpop(keys.free(run.runId, "default"));
  /** Node a, as lane 0 held it. */
  const writeHeld = async (token: string): Promise<void> => {
    const record = { status: "running", attempt: 1, crashCount: 0, startedAt: 1, lane: "0", token, ordered: false };
    await write("nodes", "a", JSON.stringify(record));
    await write("claims", "a", token);
    await write("lanes", "0", "a");
  };
  /** Entries of the events had one event each then, or one of several nodes. */
  const tell = (...fields: string[]): Promise<string | null> => redis.xadd(keys.part(run.runId, "events"), "*", ...fields);
  return { store, run, write, writeHeld, tell, readVersion: () => redis.hget(keys.run(run.runId), "version") };
}

test("a lane finds the retry that it waits for, though that takes the run's only place", async () => {
  const { run, write, readVersion } = await openFormer();
  const record = { status: "pending", attempt: 1, crashCount: 0, startedAt: 1, retryAt: 2, lane: "0", ordered: false };
  await write("nodes", "a", JSON.stringify(record));
  await write("claims", "a", "");
  await write("lanes", "0:retries", '{"a":2}');
  expect(await run.claim({ lane: 1 })).toMatchObject({ kind: "wait" });
  const claim = await run.hold({ lane: 0 });
  expect(claim).toMatchObject({ nodeId: "a", attempt: 2 });
  expect(await run.commit(claim)).toBe("committed");
  // Processes of the version before leave it alone from now on.
  expect(await readVersion()).toBe(String(RECORD_VERSION));
  expect(await run.hold({ lane: 0 })).toMatchObject({ nodeId: "b", attempt: 1 });
});

test("a lane takes over the node that a process of that version died with", async () => {
  const { run, writeHeld } = await openFormer();
  await writeHeld("lost");
  const claim = await run.hold({ lane: 0, takeOver: true });
  expect(claim).toMatchObject({ nodeId: "a", attempt: 1, crashCount: 1 });
  expect(await run.commit({ ...claim, ref: { ...claim.ref, token: "lost" } })).toBe("stale");
  expect(await run.commit(claim)).toBe("committed");
});

test("a claim of that version is committed by its holder", async () => {
  const { run, writeHeld } = await openFormer();
  await writeHeld("held");
  const ref = { runId: run.runId, epoch: 1, nodeId: "a", token: "held" };
  const held = { kind: "claimed", nodeId: "a", level: 0, epoch: 1, attempt: 1, crashCount: 0, ordered: false, ref } as const;
  expect(await run.commit(held)).toBe("committed");
  expect(await run.hold({ lane: 0, takeOver: false })).toMatchObject({ nodeId: "b" });
});

test("events that were told one by one are read in their order, and those behind any of them", async () => {
  const { store, run, tell } = await openFormer();
  await tell("type", "node-started", "at", "7", "epoch", "1", "level", "0", "attempt", "1", "worker", "w", "nodes", '["a","b"]');
  await tell(
    "type",
    "node-failed",
    "at",
    "8",
    "epoch",
    "1",
    "level",
    "0",
    "node",
    "a",
    "error",
    '{"code":"NODE_FAILED","message":"no"}',
  );
  const events = (await run.events()).slice(-3);
  expect(events).toMatchObject([
    { type: "node-started", at: 7, nodeId: "a", worker: "w" },
    { type: "node-started", at: 7, nodeId: "b" },
    { type: "node-failed", at: 8, nodeId: "a", code: "NODE_FAILED", message: "no" },
  ]);
  const { runId } = run;
  for (const [i, { id }] of events.entries())
    expect(await store.readEvents({ runId, after: id, limit: 10 })).toEqual(events.slice(i + 1));
  // Nobody was given that id; what comes behind its entry has not been seen.
  const beyond = events[0]!.id.replace(/\.0$/, ".99");
  expect(await store.readEvents({ runId, after: beyond, limit: 10 })).toEqual(events.slice(2));
});

test("what is told together makes the run one of this version, what is told alone does not", async () => {
  const { store, run, write, readVersion } = await openFormer();
  const { runId } = run;
  await write(
    "nodes",
    "a",
    JSON.stringify({ status: "pending", attempt: 1, crashCount: 0, startedAt: 1, retryAt: 2, lane: "0" }),
  );
  await write("claims", "a", "");
  await store.pauseRun({ runId });
  await store.resumeRun({ runId });
  expect(await readVersion()).toBe("4");
  await store.cancelRun({ runId, graceMs: 1_000 });
  expect(await readVersion()).toBe(String(RECORD_VERSION));
  const told = (await run.events()).map(({ type }) => type);
  expect(told.slice(-4)).toEqual(["paused", "resumed", "node-cancelled", "cancelling"]);
});
