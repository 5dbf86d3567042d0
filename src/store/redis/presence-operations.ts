import { z } from "zod";
import { DEFAULTS } from "../../core/config/defaults.ts";
import type { HeartbeatParams, WorkerStore } from "../../core/ports/worker-store.ts";
import { weightsOf } from "../../core/run/handler-times.ts";
import { chunks } from "./chunks.ts";
import { decodeHandlerTimes, decodeStrings, pairs } from "./decode.ts";
import { encodeText } from "./encode-text.ts";
import type { RedisConnection } from "./redis-connection.ts";

type PresenceOperations = Pick<
  WorkerStore,
  "registerStatefulTypes" | "noteHandlerTimes" | "heartbeat" | "removeWorker" | "isTypeServed" | "countWorkers"
>;

/** What workers tell of themselves and of their node types. */
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

    async isTypeServed({ type, pool }) {
      return (await liveIn(connection, pool)).some(({ types }) => types.includes(type));
    },

    async countWorkers({ pool }) {
      return (await liveIn(connection, pool)).length;
    },
  };
}

const WORKER = z.object({ pool: z.string(), types: z.array(z.string()) });

/** The workers of a pool that were heard of lately. */
async function liveIn(connection: RedisConnection, pool: string): Promise<z.infer<typeof WORKER>[]> {
  const [entries, now] = await Promise.all([connection.client.hgetall(connection.keys.workers), connection.now()]);
  const live = Object.values(entries).flatMap((entry) => {
    const separator = entry.indexOf("|");
    const isSilent = now - Number(entry.slice(0, separator)) >= DEFAULTS.workerTtlMs;
    return isSilent ? [] : [WORKER.parse(JSON.parse(entry.slice(separator + 1)))];
  });
  return live.filter((worker) => worker.pool === pool);
}

/** Claims that one call looks at. */
const MAX_CLAIMS_AT_ONCE = 1_000;

async function heartbeat(connection: RedisConnection, { claims, ...worker }: HeartbeatParams): Promise<readonly string[]> {
  const lost: string[] = [];
  const pages = claims.length === 0 ? [[]] : chunks(claims, MAX_CLAIMS_AT_ONCE);
  for (const page of pages) lost.push(...(await beat(connection, { ...worker, claims: page })));
  return lost;
}

async function beat(connection: RedisConnection, { worker, pool, types, claims }: HeartbeatParams): Promise<readonly string[]> {
  const claimKeys = claims.flatMap(({ runId }) => [connection.keys.run(runId), connection.keys.part(runId, "claims")]);
  const claimArgs = claims.flatMap(({ epoch, nodeId, token }) => [epoch, encodeText(nodeId), token]);
  return decodeStrings(
    await connection.call(
      "heartbeat",
      [connection.keys.workers, ...claimKeys],
      [worker, JSON.stringify({ pool, types }), ...claimArgs],
    ),
  );
}
