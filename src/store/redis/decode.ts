import { z } from "zod";
import { NODE_STATUSES, RUN_STATUSES, type RunStatus } from "../../core/run/states.ts";
import { ERRORS, type RunErrorCode } from "../../core/errors/catalogue.ts";
import type { RunEvent } from "../../core/run/run-event.ts";
import type { AbortNotice } from "../../core/ports/worker-store.ts";
import type { Deadline } from "../../core/ports/scheduler-store.ts";
import type { LevelTiming, NodeRecord, RunError, RunRecord } from "../../core/run/run-record.ts";
import { decodeText } from "./encode-text.ts";
import { refuseNewerRecord } from "./record-version.ts";

// Everything that comes back from Redis is read here. Schemas stand where another version of levelflow may have written.

const number = z.coerce.number();
const code = z.custom<RunErrorCode>((value) => typeof value === "string" && value in ERRORS);
const ERROR = z.object({
  code,
  message: z.string(),
  nodeId: z.string().optional(),
  level: z.number().optional(),
  attempt: z.number().optional(),
});
const CAUSE = ERROR.pick({ code: true, message: true });

const TRACE = z.record(z.string(), z.string());

const STATUS = z.enum(RUN_STATUSES);

const RUN = z.object({
  runId: z.string(),
  workflowId: z.string().transform(decodeText).optional(),
  workflowHash: z.string(),
  status: STATUS,
  epoch: number,
  dispatch: number,
  plannedDispatch: number.optional(),
  level: number,
  barrierLevel: number.optional(),
  startPool: z.string().optional(),
  trace: z
    .string()
    .transform((text) => TRACE.parse(JSON.parse(text)))
    .optional(),
  strands: number.default(1),
  committedInLevel: number,
  committedCount: number,
  nodeCount: number,
  levelCount: number,
  maxConcurrency: number.optional(),
  sequential: z.stringbool(),
  timeoutMs: number.optional(),
  createdAt: number,
  startedAt: number.optional(),
  finishedAt: number.optional(),
  cause: z
    .string()
    .transform((text) => CAUSE.parse(JSON.parse(text)))
    .optional(),
  finishBy: number.optional(),
});

const NODE = z.object({
  status: z.enum(NODE_STATUSES),
  attempt: z.number(),
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
  worker: z.string().optional(),
  error: z
    .string()
    .transform((text) => ERROR.parse(JSON.parse(text)))
    .optional(),
});

const ABORT = z.object({ runId: z.string(), token: z.string().optional() });

const NODE_IDS = z.array(z.string());

const EVENT = z.object({
  type: z.custom<RunEvent["type"]>((value) => typeof value === "string"),
  at: number,
  epoch: number,
  level: number.optional(),
  nodeCount: number.optional(),
  node: z.string().optional(),
  nodes: z.string().optional(),
  attempt: number.optional(),
  worker: z.string().optional(),
  error: z.string().optional(),
  status: z.enum(RUN_STATUSES).optional(),
  delayMs: number.optional(),
  fraction: number.optional(),
  note: z.string().optional(),
});

/** A run's hash, `undefined` if there is none. `RECORD_TOO_NEW` for one of a newer version. */
export function decodeRun(hash: Readonly<Record<string, string>>): RunRecord | undefined {
  if (hash["runId"] === undefined) return undefined;
  refuseNewerRecord(hash);
  const run = RUN.parse(hash);
  return compact({ ...run, barrierLevel: run.barrierLevel ?? run.level }) as RunRecord;
}

/** The status of a run's hash. `RECORD_TOO_NEW` for one of a newer version. */
export function decodeStatus({
  runId,
  status,
  version,
}: {
  runId: string;
  status: string;
  version: string | undefined;
}): RunStatus {
  refuseNewerRecord({ runId, ...(version === undefined ? {} : { version }) });
  return STATUS.parse(status);
}

export function decodeNode(text: string): NodeRecord {
  return compact(NODE.parse(JSON.parse(text))) as NodeRecord;
}

/**
 * The events of one entry: what one script told, all of one time. Each begins with its `type`, and may be of many nodes. Where there are several,
 * they have ids `<entry>.<n>`.
 */
export function decodeEvents([id, fields]: readonly [string, readonly string[]]): RunEvent[] {
  const events = splitEvents(fields).flatMap((event) => decodeEvent(event));
  return events.map((event, i) => ({ id: events.length === 1 ? id : `${id}.${String(i)}`, ...event }));
}

/** What is common to all events stands before the first; version 5 and before told of one event an entry, its `type` first. */
function splitEvents(fields: readonly string[]): Record<string, string>[] {
  const starts = fields.flatMap((field, i) => (i % 2 === 0 && field === "type" ? [i] : []));
  const common = pairs(fields.slice(0, starts[0]));
  return starts.map((start, i) => ({ ...common, ...pairs(fields.slice(start, starts[i + 1])) }));
}

function decodeEvent(fields: Readonly<Record<string, string>>): Omit<RunEvent, "id">[] {
  const { node, nodes, error, note, ...rest } = EVENT.parse(fields);
  if (nodes !== undefined)
    return NODE_IDS.parse(JSON.parse(nodes)).map((nodeId) => compact({ ...rest, nodeId: decodeText(nodeId) }) as RunEvent);
  const cause = error === undefined ? {} : CAUSE.parse(JSON.parse(error));
  const remark = note === undefined ? {} : { message: z.string().parse(JSON.parse(note)) };
  const nodeId = node === undefined ? {} : { nodeId: decodeText(node) };
  return [compact({ ...rest, ...nodeId, ...cause, ...remark }) as unknown as RunEvent];
}

/** `<level>:startedAt` and `<level>:finishedAt` as one timing a level, in order. */
export function decodeTimings(hash: Readonly<Record<string, string>>): LevelTiming[] {
  const timings: LevelTiming[] = [];
  for (let level = 0; ; level += 1) {
    const startedAt = hash[`${String(level)}:startedAt`];
    if (startedAt === undefined) return timings;
    const finishedAt = hash[`${String(level)}:finishedAt`];
    timings.push({
      level,
      startedAt: Number(startedAt),
      ...(finishedAt === undefined ? {} : { finishedAt: Number(finishedAt) }),
    });
  }
}

/** A published notice, or `undefined` if it is none. */
export function decodeAbort(text: string): AbortNotice | undefined {
  try {
    return compact(ABORT.parse(JSON.parse(text))) as AbortNotice;
  } catch {
    return undefined;
  }
}

/** `run|<run>`, `finish|<run>` or `node|<run>|<token>|<attempt>|<node>`. */
export function decodeDeadline(member: string): Deadline {
  const [kind, runId = "", token = "", attempt = "", ...rest] = member.split("|");
  if (kind !== "node") return { kind: kind === "run" ? "run" : "finish", runId };
  return { kind, runId, token, attempt: Number(attempt), nodeId: decodeText(rest.join("|")) };
}

/** A script's answer: a word and what belongs to it. */
export function decodeAnswer(reply: unknown): readonly [word: string, ...rest: string[]] {
  return decodeStrings(reply) as [string, ...string[]];
}

/** By hand: every claim and commit comes through here. */
export function decodeStrings(reply: unknown): string[] {
  if (Array.isArray(reply) && reply.every((item) => typeof item === "string")) return reply;
  throw new TypeError(`a script answered ${JSON.stringify(reply)}, not a list of texts`);
}

export function decodeHandlerTimes(hash: Readonly<Record<string, string>>): Map<string, number> {
  return new Map(Object.entries(hash).map(([type, ms]) => [decodeText(type), Number(ms)]));
}

export function encodeError(error: Pick<RunError, "code" | "message"> & Partial<RunError>): string {
  return JSON.stringify(error);
}

/** Field, value, field, value, … as a record. */
export function pairs(fields: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let i = 0; i + 1 < fields.length; i += 2) record[fields[i] as string] = fields[i + 1] as string;
  return record;
}

/** Without fields that are undefined. */
function compact<T extends object>(record: T): T {
  const compacted: Partial<T> = {};
  for (const field of Object.keys(record) as (keyof T)[]) if (record[field] !== undefined) compacted[field] = record[field];
  return compacted as T;
}
