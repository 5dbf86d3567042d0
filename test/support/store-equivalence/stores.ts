import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import type { Workflow } from "../../../src/core/workflow/workflow.ts";
import { StoreKeys } from "../../../src/store/redis/keys.ts";
import { createMemoryStore } from "../../../src/store/memory/memory-run-store.ts";
import { createRedisStore } from "../../../src/store/redis/redis-run-store.ts";
import { createManualClock } from "../manual-clock.ts";
import { removeKeysOf } from "../test-client.ts";
import { virtualTimeConnector, type ScriptBug } from "./virtual-time.ts";

/** One of the two stores, with what it has told its listeners. */
export interface Subject {
  readonly store: RunStore;
  /** What is stored of a definition, past any cache. */
  readDefinition(workflowHash: string): Promise<Workflow | undefined>;
  /** What was told since this was called last, in an order that both stores share. */
  takeSignals(): Promise<readonly string[]>;
}

/** A store in memory and one in Redis, both empty, on one clock. */
export interface Stores {
  readonly memory: Subject;
  readonly redis: Subject;
  advance(ms: number): void;
  /** Keys that the Redis store holds. */
  findKeys(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface StoresOptions {
  /** Of the Redis to use. */
  readonly url: string;
  /** A mistake that the Redis store is to have. */
  readonly bug?: ScriptBug | undefined;
}

export async function openStores({ url, bug }: StoresOptions): Promise<Stores> {
  const clock = createManualClock();
  const prefix = `test-${randomUUID()}`;
  const connect = await virtualTimeConnector({ url, now: clock.now, bug });
  const clients: Redis[] = [];
  const open = (): Redis => {
    const client = connect();
    clients.push(client);
    return client;
  };
  const redisStore = createRedisStore({ connect: open, prefix });
  await redisStore.start();
  const client = clients[0]!;
  const keys = new StoreKeys(prefix);
  const publish = async (runId: string): Promise<void> => {
    await client.publish(keys.ends, runId);
  };
  const readDefinition = async (hash: string): Promise<Workflow | undefined> =>
    (JSON.parse((await client.get(keys.workflow(hash))) ?? "null") as Workflow | null) ?? undefined;
  const memoryStore = createMemoryStore({ now: clock.now });
  return {
    memory: {
      store: memoryStore,
      readDefinition: (workflowHash) => memoryStore.loadWorkflow({ workflowHash }),
      takeSignals: await listenTo(memoryStore),
    },
    redis: { store: redisStore, readDefinition, takeSignals: await listenTo(redisStore, publish) },
    advance: (ms) => clock.advance(ms),
    findKeys: async () => (await client.keys(`${keys.tag}:*`)).map((key) => key.slice(keys.tag.length + 1)).sort(),
    async close() {
      await removeKeysOf(client, prefix);
      await redisStore.stop();
    },
  };
}

/** Redis delivers in its own time: a last message of ours comes behind all that were published before it. */
async function listenTo(store: RunStore, publish?: (runId: string) => Promise<void>): Promise<Subject["takeSignals"]> {
  let told: string[] = [];
  const awaited = new Map<string, () => void>();
  await store.onAbort(({ runId, token }) => told.push(`abort ${runId} ${token ?? "as a whole"}`));
  await store.onFinished((runId) => {
    const arrived = awaited.get(runId);
    if (arrived === undefined) told.push(`finished ${runId}`);
    else arrived();
  });
  return async () => {
    if (publish !== undefined) {
      const last = randomUUID();
      const arrival = new Promise<void>((resolve) => awaited.set(last, resolve));
      await publish(last);
      await arrival;
      awaited.delete(last);
    }
    const taken = told.sort();
    told = [];
    return taken;
  };
}
