import type { JsonValue } from "../../core/json/json-value.ts";
import type { StateEntry } from "../../core/node/define-node.ts";
import { DEFAULTS } from "../../core/config/defaults.ts";
import type {
  AbortNotice,
  ClaimNodeOutcome,
  CommitNodeOutcome,
  EnterLevelOutcome,
  StartRunOutcome,
  StateChange,
  WorkerStore,
} from "../../core/ports/worker-store.ts";
import { nodeCountOf, type DispatchPlan } from "../../core/run/dispatch-plan.ts";
import type { RunStatus } from "../../core/run/states.ts";
import { z } from "zod";
import { decodeAbort, decodeAnswer } from "./decode.ts";
import { chunks } from "./chunks.ts";
import { listArgs } from "./list-args.ts";
import { decodeText, encodeText } from "./encode-text.ts";
import type { RedisConnection } from "./redis-connection.ts";
import type { PresenceOperations } from "./presence-operations.ts";
import type { SharedOperations } from "./shared-operations.ts";

type OwnOperations = Omit<WorkerStore, keyof SharedOperations | keyof PresenceOperations>;

/** State entries that one call reads; Lua takes no more than some thousand values in a call. */
const MAX_KEYS_AT_ONCE = 1_000;

/** Results that one call reads. */
const MAX_INPUTS_AT_ONCE = 500;

export function workerOperations(connection: RedisConnection): OwnOperations {
  const { keys } = connection;
  return {
    async readInput({ runId }) {
      const text = await connection.client.get(keys.part(runId, "input"));
      return text === null ? undefined : (JSON.parse(text) as JsonValue);
    },

    async readInputs({ runId, nodeIds }) {
      const texts: (string | undefined)[] = [];
      for (const ids of chunks(nodeIds, MAX_INPUTS_AT_ONCE)) {
        const page = await connection.client.hmget(keys.part(runId, "results"), ...ids.map((id) => encodeText(id)));
        for (const text of page) texts.push(text ?? undefined);
      }
      return texts;
    },

    readState: (params) => readState(connection, params),

    async claimNode({ lane, token, worker, takeOver, isForgiven = false }) {
      const { runId, dispatch, level, pool } = lane;
      const shared = [dispatch, level, pool, worker, DEFAULTS.laneWaitMs, takeOver ? "1" : "0", isForgiven ? "1" : "0"];
      return decodeClaim(await connection.callInBatch(runId, { name: "claim-node", shared, own: [lane.lane, token] }));
    },

    async armTimeout({ claim, timeoutMs }) {
      await connection.callForRun("arm-timeout", claim.runId, [claim.epoch, encodeText(claim.nodeId), claim.token, timeoutMs]);
    },

    async commitNode({ claim, result, stateChanges }) {
      const { runId, epoch, nodeId, token } = claim;
      const own = [encodeText(nodeId), token, result, ...stateChanges.flatMap((change) => encodeChange(change))];
      return (await connection.callInBatch(runId, { name: "commit-node", shared: [epoch], own })) as CommitNodeOutcome;
    },

    commitAhead({ lane, worker, epoch, level, nodes }) {
      const { runId, dispatch, level: barrierLevel, pool } = lane;
      const shared = [dispatch, barrierLevel, pool, worker, epoch, level];
      const own = nodes.flatMap(({ nodeId, result }) => [encodeText(nodeId), result]);
      return connection.callInBatch(runId, { name: "commit-ahead", shared, own, count: nodes.length }) as Promise<number>;
    },

    async startRun({ lane: { runId, dispatch }, epoch, plan }) {
      const own = [epoch, dispatch, JSON.stringify(plan.lanes), plan.strands, ...listArgs(plan)];
      return decodeAnswer(
        await connection.callInBatch(runId, { name: "start-run", shared: [], own, count: countOf(plan) }),
      )[0] as StartRunOutcome;
    },

    async enterLevel({ lane, epoch, plan }) {
      const shared = [epoch, lane.dispatch, lane.level];
      const own = [plan.level, plan.strands, ...listArgs(plan)];
      const reply = await connection.callInBatch(lane.runId, { name: "enter-level", shared, own, count: countOf(plan) });
      return decodeAnswer(reply)[0] as EnterLevelOutcome;
    },

    async releaseClaim({ claim, reason, type, pool }) {
      const args = [claim.epoch, encodeText(claim.nodeId), claim.token, reason, pool, encodeText(type)];
      await connection.callForRun("release-claim", claim.runId, args, [keys.free(claim.runId, pool), keys.statefulTypes]);
    },

    async reportProgress({ claim, fraction, note }) {
      const args = [claim.epoch, encodeText(claim.nodeId), claim.token, fraction, note === undefined ? "" : JSON.stringify(note)];
      await connection.callForRun("report-progress", claim.runId, args);
    },

    onAbort: (listener) => listenForAborts(connection, listener),
  };
}

/** Listing so many nodes costs Redis about what a claim does. */
const LISTED_AS_ONE = 32;

function countOf(plan: DispatchPlan): number {
  return Math.ceil(nodeCountOf(plan) / LISTED_AS_ONE);
}

function listenForAborts({ signals, keys, log }: RedisConnection, listener: (notice: AbortNotice) => void): Promise<() => void> {
  return signals.listen(keys.aborts, (text) => {
    const notice = decodeAbort(text);
    if (notice === undefined) log.warn({ text: text.slice(0, 200) }, "ignored an abort notice that cannot be read");
    else listener(notice);
  });
}

function decodeClaim(reply: unknown): ClaimNodeOutcome {
  if (typeof reply === "string") return decodeFirstClaim(reply);
  const [kind, ...rest] = decodeAnswer(reply);
  switch (kind) {
    case "claimed": {
      const [id = "", level, epoch, attempt, crashCount, ordered, unknownFor] = rest;
      const claimed: ClaimNodeOutcome = {
        kind,
        nodeId: decodeText(id),
        level: Number(level),
        epoch: Number(epoch),
        attempt: Number(attempt),
        crashCount: Number(crashCount),
        ordered: ordered === "1",
      };
      return unknownFor === undefined ? claimed : { ...claimed, unknownTypeForMs: Number(unknownFor) };
    }
    case "wait":
      return { kind, delayMs: Number(rest[0]) };
    case "stopped":
      return { kind, status: rest[0] as RunStatus };
    case "drained":
    case "superseded":
      return { kind };
    default:
      throw new Error(`claim-node answered ${JSON.stringify(kind)}: scripts and code are of different versions`);
  }
}

/** `first|level|epoch|node` */
function decodeFirstClaim(reply: string): ClaimNodeOutcome {
  const levelAt = reply.indexOf("|") + 1;
  const epochAt = reply.indexOf("|", levelAt) + 1;
  const nodeAt = reply.indexOf("|", epochAt) + 1;
  return {
    kind: "claimed",
    nodeId: decodeText(reply.slice(nodeAt)),
    level: Number(reply.slice(levelAt, epochAt - 1)),
    epoch: Number(reply.slice(epochAt, nodeAt - 1)),
    attempt: 1,
    crashCount: 0,
    ordered: false,
  };
}

function decodeStateEntry(entry: unknown): StateEntry {
  const [kind, text = "null"] = decodeAnswer(entry);
  return kind === "present" ? { kind, value: JSON.parse(text) as JsonValue } : { kind: kind === "expired" ? kind : "absent" };
}

function encodeChange(change: StateChange): (string | number)[] {
  const key = encodeText(change.key);
  return change.kind === "delete" ? ["delete", key, "", ""] : ["set", key, JSON.stringify(change.value), change.ttlMs ?? ""];
}

async function readState(
  connection: RedisConnection,
  { runId, keys }: { readonly runId: string; readonly keys: readonly string[] },
): Promise<readonly StateEntry[]> {
  const pages = chunks(keys, MAX_KEYS_AT_ONCE).map(async (page) => {
    const stateKey = connection.keys.part(runId, "state");
    const reply = await connection.call(
      "read-state",
      [stateKey],
      page.map((key) => encodeText(key)),
    );
    return z
      .array(z.unknown())
      .parse(reply)
      .map((entry) => decodeStateEntry(entry));
  });
  return (await Promise.all(pages)).flat();
}
