import type { StopRunOutcome } from "../../core/ports/producer-store.ts";
import type { DispatchLevelOutcome, DispatchLevelParams, SchedulerStore } from "../../core/ports/scheduler-store.ts";
import { decodeAnswer, decodeDeadline, decodeRun, decodeStrings, encodeError } from "./decode.ts";
import { chunks } from "./chunks.ts";
import { encodeText } from "./encode-text.ts";
import { listArgs } from "./list-args.ts";
import type { PresenceOperations } from "./presence-operations.ts";
import { readRuns } from "./producer-operations.ts";
import type { RedisConnection } from "./redis-connection.ts";
import type { SharedOperations } from "./shared-operations.ts";
import { uploadLists } from "./upload-lists.ts";

type OwnOperations = Omit<SchedulerStore, keyof SharedOperations | keyof PresenceOperations>;

export function schedulerOperations(connection: RedisConnection): OwnOperations {
  const { keys } = connection;
  return {
    async readCommitted({ runId, nodeIds }) {
      if (nodeIds.length === 0) return new Set();
      const key = keys.part(runId, "results");
      const held = new Set<string>();
      for (const ids of chunks(nodeIds, 500)) for (const id of await hasFields(connection, key, ids)) held.add(id);
      return held;
    },

    async dispatchLevel(params) {
      const lists = [...params.plan.free.keys()].map((pool) => keys.free(params.runId, pool));
      const uploaded = await uploadLists(connection, params.plan);
      const nodes = uploaded === undefined ? ["0", ...listArgs(params.plan)] : ["1", ...uploaded];
      const reply = await connection.callForRun("dispatch-level", params.runId, [...dispatchArgs(params), ...nodes], lists);
      const [kind, lanes = "{}", strands] = decodeAnswer(reply);
      if (kind === "lists-lost") throw new Error("the lists of a large level were lost on their way");
      if (kind === "superseded" || kind === "finished") return { kind };
      return { kind, lanes: JSON.parse(lanes) as Record<string, number>, strands: Number(strands) } as DispatchLevelOutcome;
    },

    async failRun({ runId, cause, graceMs }) {
      return decodeAnswer(
        await connection.callForRun("stop-run", runId, ["failing", encodeError(cause), graceMs]),
      )[0] as StopRunOutcome;
    },

    async takeDeadlines({ limit }) {
      const [nextInMs = "", ...due] = decodeStrings(await connection.call("take-deadlines", [keys.deadlines], [limit]));
      return { due: due.map((member) => decodeDeadline(member)), nextInMs: nextInMs === "" ? undefined : Number(nextInMs) };
    },

    onDeadline: (listener) =>
      connection.signals.listen(
        keys.alarms,
        // What nobody here can have published is no reason not to look.
        (inMs) => listener(Number(inMs) > 0 ? Number(inMs) : 0),
        // Word may have been lost.
        () => listener(0),
      ),

    async listUnfinished({ minAgeMs, limit, offset }) {
      const newest = (await connection.now()) - minAgeMs;
      const ids = await connection.client.zrangebyscore(keys.unfinished, "-inf", newest, "LIMIT", offset, limit);
      return readRuns(connection, ids);
    },

    async listExpired({ retentionMs, limit, offset }) {
      const newest = (await connection.now()) - retentionMs;
      return readRuns(connection, await connection.client.zrangebyscore(keys.finished, "-inf", newest, "LIMIT", offset, limit));
    },

    async deleteRun({ runId }) {
      const run = decodeRun(await connection.client.hgetall(keys.run(runId)));
      const hash = run?.workflowHash ?? "";
      await connection.callForRun(
        "delete-run",
        runId,
        [],
        [keys.workflow(hash), keys.workflowRuns(hash), keys.runs, keys.part(runId, "input")],
      );
    },
  };
}

async function hasFields(connection: RedisConnection, key: string, ids: readonly string[]): Promise<string[]> {
  const pipeline = connection.client.pipeline();
  for (const id of ids) pipeline.hexists(key, encodeText(id));
  const replies = (await pipeline.exec()) ?? [];
  return ids.filter((_, i) => {
    const [error, held] = replies[i] ?? [null, 0];
    if (error !== null) throw error;
    return held === 1;
  });
}

function dispatchArgs({ epoch, expected, dispatch, plan, committedInLevel }: DispatchLevelParams): (string | number)[] {
  return [
    epoch,
    expected.dispatch,
    expected.level,
    dispatch,
    plan.level,
    committedInLevel,
    JSON.stringify(plan.lanes),
    plan.strands,
    expected.committedInLevel ?? "",
  ];
}
