import type { JsonValue } from "../../core/json/json-value.ts";
import type {
  CreateRunOutcome,
  CreateRunParams,
  PauseRunOutcome,
  ProducerStore,
  ResumeRunOutcome,
  RetryRunOutcome,
  RetryRunParams,
  RunDefinition,
  StopRunOutcome,
} from "../../core/ports/producer-store.ts";
import type { RunEvent } from "../../core/run/run-event.ts";
import type { NodeRecord, RunRecord } from "../../core/run/run-record.ts";
import { decodeAnswer, decodeEvents, decodeNode, decodeRun, decodeStatus, decodeTimings, encodeError } from "./decode.ts";
import { withDefinition } from "./definition-upload.ts";
import { decodeText, encodeText } from "./encode-text.ts";
import { TURNS } from "../../core/time/turn-watch.ts";
import type { StoreKeys } from "./keys.ts";
import type { PresenceOperations } from "./presence-operations.ts";
import { readHash } from "./read-hash.ts";
import type { RedisConnection } from "./redis-connection.ts";
import type { SharedOperations } from "./shared-operations.ts";

type OwnOperations = Omit<ProducerStore, keyof SharedOperations | keyof PresenceOperations>;

/** A result that takes a while to parse. */
const LARGE_CHARS = 64 * 1024;

/** Entries of a run's events that one call reads: each may hold some hundred. */
const ENTRIES_AT_ONCE = 100;

/** Records that one page of {@link ProducerStore.listRuns} reads. */
const LIST_PAGE = 200;

export function producerOperations(connection: RedisConnection): OwnOperations {
  const { keys } = connection;
  return {
    createRun: (params) => createRun(connection, params),

    async readStatus({ runId }) {
      const [status, version] = await connection.client.hmget(keys.run(runId), "status", "version");
      return status === null || status === undefined ? undefined : decodeStatus({ runId, status, version: version ?? undefined });
    },

    listRuns: (params) => listRuns(connection, params),

    async countRuns() {
      const indexes = [keys.runs, keys.unfinished, keys.finished];
      const [all = 0, active = 0, finished = 0] = await Promise.all(indexes.map((key) => connection.client.zcard(key)));
      return { active, paused: Math.max(0, all - active - finished), finished };
    },

    async readNodes({ runId }) {
      const nodes = new Map<string, NodeRecord>();
      for await (const page of readHash(connection.client, keys.part(runId, "nodes"))) {
        // Nodes that were claimed and committed together have the same record.
        const records = new Map<string, NodeRecord>();
        for (const [id, text] of page) {
          const record = records.get(text) ?? decodeNode(text);
          records.set(text, record);
          nodes.set(decodeText(id), record);
        }
      }
      return nodes;
    },

    async readResults({ runId }) {
      const results = new Map<string, JsonValue>();
      for await (const page of readHash(connection.client, keys.part(runId, "results"))) {
        for (const [id, text] of page) {
          while (text.length > LARGE_CHARS && TURNS.isDue()) await TURNS.turn();
          results.set(decodeText(id), JSON.parse(text) as JsonValue);
        }
      }
      return results;
    },

    async readTimings({ runId }) {
      return decodeTimings(await connection.client.hgetall(keys.part(runId, "timings")));
    },

    readEvents: (params) => readEvents(connection, params),

    async cancelRun({ runId, graceMs }) {
      const cause = encodeError({ code: "RUN_CANCELLED", message: `run ${runId} was cancelled` });
      return decodeAnswer(await connection.callForRun("stop-run", runId, ["cancelling", cause, graceMs]))[0] as StopRunOutcome;
    },

    async pauseRun({ runId }) {
      return decodeAnswer(await connection.callForRun("pause-run", runId))[0] as PauseRunOutcome;
    },

    async resumeRun({ runId }) {
      const [kind, dispatch] = decodeAnswer(await connection.callForRun("resume-run", runId));
      return (kind === "resumed" ? { kind, dispatch: Number(dispatch) } : { kind }) as ResumeRunOutcome;
    },

    retryRun: (params) => retryRun(connection, params),

    onFinished: (listener, onGap) => connection.signals.listen(keys.ends, listener, onGap),
  };
}

async function createRun(connection: RedisConnection, params: CreateRunParams): Promise<CreateRunOutcome> {
  const { runId: newId, workflow, workflowHash, requestHash, input, idempotencyKey, trace, startPool } = params;
  const key = idempotencyKey === undefined ? "" : connection.keys.idempotency(idempotencyKey);
  const own = [requestHash, inputText(input), key, trace === undefined ? "" : JSON.stringify(trace)];
  const start = startPool === undefined ? [] : ["startPool", startPool];
  const fields = [...definitionFields(params), ...start];
  const [kind, runId = newId] = await withDefinition(connection, workflow, async (definition, uploadKey) => {
    const shared = [workflowHash, definition, uploadKey, ...fields];
    return decodeAnswer(await connection.createInBatch(newId, { name: "create-run", shared, own }));
  });
  return { kind: kind as CreateRunOutcome["kind"], runId };
}

async function retryRun(connection: RedisConnection, params: RetryRunParams): Promise<RetryRunOutcome> {
  const { runId, epoch, input, definition } = params;
  const own = retryKeys(connection.keys, params);
  const call = async (isCleared: boolean): Promise<readonly string[]> => {
    const head = [epoch ?? "", isCleared ? "1" : "0", inputText(input)];
    const retry = async (rest: readonly (string | number)[], keys: readonly string[]) =>
      decodeAnswer(await connection.callForRun("retry-run", runId, [...head, ...rest], keys));
    if (definition === undefined) return retry([""], own);
    return withDefinition(connection, definition.workflow, (text, uploadKey) =>
      retry([text, ...definitionFields(definition)], [...own, uploadKey]),
    );
  };
  let answer = await call(false);
  if (answer[0] === "too-many-nodes") answer = (await clearNodes(connection, runId, epoch)) ? await call(true) : ["conflict"];
  const [kind, dispatch] = answer;
  return (kind === "retrying" ? { kind, dispatch: Number(dispatch) } : { kind }) as RetryRunOutcome;
}

/** Bit by bit, what the retry of a small run does by itself. `false` if the run may not be retried after all. */
async function clearNodes(connection: RedisConnection, runId: string, epoch: number | undefined): Promise<boolean> {
  let cursor = "0";
  do {
    const [kind, next = "0"] = decodeAnswer(await connection.callForRun("clear-nodes", runId, [epoch ?? "", cursor]));
    if (kind !== "cleared") return false;
    cursor = next;
  } while (cursor !== "0");
  return true;
}

function retryKeys(keys: StoreKeys, { runId, definition }: RetryRunParams): string[] {
  const used = definition === undefined ? [] : [definition.workflowHash, definition.former];
  return [keys.part(runId, "input"), ...used.flatMap((hash) => [keys.workflow(hash), keys.workflowRuns(hash)])];
}

function inputText(input: JsonValue | undefined): string {
  return input === undefined ? "" : JSON.stringify(input);
}

/** What a run's record says of its definition: fields and values. */
function definitionFields({ workflow, workflowHash, levelCount }: RunDefinition): (string | number)[] {
  const { maxConcurrency, sequential, timeoutMs } = workflow.options;
  const fields: [string, string | number | undefined][] = [
    ["workflowHash", workflowHash],
    ["workflowId", workflow.workflowId === undefined ? undefined : encodeText(workflow.workflowId)],
    ["nodeCount", workflow.nodes.length],
    ["levelCount", levelCount],
    ["maxConcurrency", maxConcurrency === 0 ? undefined : maxConcurrency],
    ["sequential", String(sequential === true)],
    ["timeoutMs", timeoutMs],
  ];
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
}

async function listRuns(
  connection: RedisConnection,
  { limit, status }: Parameters<ProducerStore["listRuns"]>[0],
): Promise<readonly RunRecord[]> {
  const runs: RunRecord[] = [];
  for (let offset = 0; runs.length < limit; offset += LIST_PAGE) {
    const ids = await connection.client.zrevrange(connection.keys.runs, offset, offset + LIST_PAGE - 1);
    for (const run of await readRuns(connection, ids)) {
      if (runs.length < limit && (status === undefined || run.status === status)) runs.push(run);
    }
    if (ids.length < LIST_PAGE) break;
  }
  return runs;
}

/** Reads many runs at once; those that were removed meanwhile are left out. */
export async function readRuns(connection: RedisConnection, ids: readonly string[]): Promise<RunRecord[]> {
  const hashes = await Promise.all(ids.map((id) => connection.client.hgetall(connection.keys.run(id))));
  return hashes.map((hash) => decodeReadable(connection, hash)).filter((run) => run !== undefined);
}

/** One record that cannot be read, another version's perhaps, must not hide all others. */
function decodeReadable({ log }: RedisConnection, hash: Readonly<Record<string, string>>): RunRecord | undefined {
  try {
    return decodeRun(hash);
  } catch (error) {
    log.warn({ err: error, runId: hash["runId"] }, "left out a run whose record cannot be read");
    return undefined;
  }
}

async function readEvents(
  { client, keys }: RedisConnection,
  { runId, after, limit }: Parameters<ProducerStore["readEvents"]>[0],
): Promise<readonly RunEvent[]> {
  const [entryId, place] = after?.split(".") ?? [];
  const events: RunEvent[] = [];
  let from = entryId === undefined ? "-" : place === undefined ? `(${entryId}` : entryId;
  for (;;) {
    const entries = await client.xrange(keys.part(runId, "events"), from, "+", "COUNT", ENTRIES_AT_ONCE);
    for (const entry of entries) {
      const told = decodeEvents(entry);
      // Of the first there may be nothing left.
      events.push(...(entry[0] === entryId ? told.slice(Number(place) + 1) : told));
      if (events.length >= limit) return events.slice(0, limit);
      from = `(${entry[0]}`;
    }
    if (entries.length < ENTRIES_AT_ONCE) return events;
  }
}
