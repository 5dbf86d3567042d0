import { z } from "zod";
import { DEFAULTS } from "../../core/config/defaults.ts";
import type { ProducerStore } from "../../core/ports/producer-store.ts";
import type { SchedulerStore } from "../../core/ports/scheduler-store.ts";
import type { ClaimRef, HeartbeatParams, WorkerStore } from "../../core/ports/worker-store.ts";
import { weightsOf } from "../../core/run/handler-times.ts";
import type { LiveScheduler, LiveWorker } from "../../core/run/live-process.ts";
import { chunks } from "./chunks.ts";
import { decodeHandlerTimes, decodeStrings, pairs } from "./decode.ts";
import { encodeText } from "./encode-text.ts";
import type { RedisConnection } from "./redis-connection.ts";

export type PresenceOperations = Pick<
  WorkerStore,
  "registerStatefulTypes" | "noteHandlerTimes" | "heartbeat" | "removeWorker" | "isTypeServed" | "countWorkers"
> &
  Pick<SchedulerStore, "announceScheduler" | "removeScheduler"> &
  Pick<ProducerStore, "listProcesses">;

/** What workers and schedulers tell of themselves, and workers of their node types. */
export function presenceOperations(connection: RedisConnection): PresenceOperations {
  const { keys } = connection;
  return {
    async registerStatefulTypes(types) {
      if (types.length > 0) await connection.client.sadd(keys.statefulTypes, ...types.map((type) => encodeText(type)));
    },

    async noteHandlerTimes(samples) {
      const args = [...samples].flatMap(([type, sample]) => {
        const { slower, quicker } = weightsOf(sample);
        return [encodeText(type), sample.meanMs, slower, quicker];
      });
      return decodeHandlerTimes(pairs(decodeStrings(await connection.call("fold-handler-times", [keys.handlerTimes], args))));
    },

    heartbeat: (params) => heartbeat(connection, params),

    async removeWorker({ worker }) {
      await connection.client.hdel(keys.workers, worker);
    },

    async announceScheduler({ scheduler, version }) {
      await connection.call("heartbeat", [keys.schedulers], [scheduler, JSON.stringify({ version })]);
    },

    async removeScheduler({ scheduler }) {
      await connection.client.hdel(keys.schedulers, scheduler);
    },

    async isTypeServed({ type, pool }) {
      return (await liveIn(connection, pool)).some(({ types }) => types.includes(type));
    },

    async countWorkers({ pool }) {
      return (await liveIn(connection, pool)).length;
    },

    async listProcesses() {
      const [workers, schedulers] = await Promise.all([
        readLive(connection, keys.workers, WORKER),
        readLive(connection, keys.schedulers, SCHEDULER),
      ]);
      return { workers, schedulers };
    },
  };
}

const version = z.string().optional();
const SCHEDULER = z.object({ version });
const WORKER = z.object({
  version,
  pool: z.string(),
  types: z.array(z.string()),
  concurrency: z.number().optional(),
  running: z.number().optional(),
});

async function liveIn(connection: RedisConnection, pool: string): Promise<readonly LiveWorker[]> {
  const live = await readLive(connection, connection.keys.workers, WORKER);
  return live.filter((worker) => worker.pool === pool);
}

/** Those that were heard of lately, by id. */
async function readLive<Entry extends object>(
  connection: RedisConnection,
  key: string,
  schema: z.ZodType<Entry>,
): Promise<(Entry & Pick<LiveScheduler, "id" | "silentMs">)[]> {
  const [entries, now] = await Promise.all([connection.client.hgetall(key), connection.now()]);
  const live = Object.entries(entries).flatMap(([id, entry]) => {
    const separator = entry.indexOf("|");
    const silentMs = now - Number(entry.slice(0, separator));
    if (silentMs >= DEFAULTS.workerTtlMs) return [];
    return [{ id, ...schema.parse(JSON.parse(entry.slice(separator + 1))), silentMs: Math.max(0, silentMs) }];
  });
  return live.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Claims that one call looks at. */
const MAX_CLAIMS_AT_ONCE = 1_000;

async function heartbeat(
  connection: RedisConnection,
  { claims, ahead = [], worker, ...about }: HeartbeatParams,
): Promise<readonly string[]> {
  const entry = JSON.stringify({ ...about, running: claims.length });
  const lost: string[] = [];
  const held = [...claims.map((claim) => ({ claim, isAhead: false })), ...ahead.map((claim) => ({ claim, isAhead: true }))];
  const pages = held.length === 0 ? [[]] : chunks(held, MAX_CLAIMS_AT_ONCE);
  for (const page of pages) lost.push(...(await beat(connection, worker, entry, page)));
  return lost;
}

async function beat(
  connection: RedisConnection,
  worker: string,
  entry: string,
  held: readonly { readonly claim: ClaimRef; readonly isAhead: boolean }[],
): Promise<readonly string[]> {
  const claimKeys = held.flatMap(({ claim: { runId } }) => [connection.keys.run(runId), connection.keys.part(runId, "claims")]);
  const claimArgs = held.flatMap(({ claim: { epoch, nodeId, token }, isAhead }) => [
    epoch,
    encodeText(nodeId),
    token,
    isAhead ? "1" : "",
  ]);
  return decodeStrings(
    await connection.call("heartbeat", [connection.keys.workers, ...claimKeys], [worker, entry, ...claimArgs]),
  );
}
