import { setTimeout as sleep } from "node:timers/promises";
import { LevelflowError } from "../core/errors/levelflow-error.ts";
import { redisFaultOf, type RedisFault } from "../core/errors/redis-fault.ts";
import { within } from "../core/time/within.ts";
import type { RedisLink } from "./redis-link.ts";
import { asUnavailable, redisUnavailable } from "./redis-unavailable.ts";

export interface OpenRedisParams {
  readonly link: RedisLink;
  /** The address without its password. */
  readonly shown: string;
  /** How long to wait for Redis, in ms; 0: one attempt. */
  readonly waitMs: number;
  /** How long one attempt may take, in ms: longer than a silent connection is borne. */
  readonly attemptMs: number;
  /** Aborted by whoever does not want Redis any more. */
  readonly signal: AbortSignal;
  /** Does not go on once its signal is aborted. */
  readonly attempt: (signal: AbortSignal) => Promise<void>;
  /** Takes back what a failed attempt left. */
  readonly undo: () => Promise<void>;
  /** Whether a Redis that refuses writes counts as one that is not there yet. */
  readonly needsWrites: boolean;
}

/** Waits between attempts, in ms: the first one, and the longest. */
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 2_000;
/** How long an attempt that was given up may take to end, in ms: what it waits for is closed. */
const GIVE_UP_MS = 1_000;

/**
 * Connects, and waits for a Redis that is not there yet: one that is not reached, is loading its data, or refuses writes. What waiting
 * cannot mend, a wrong password above all, fails at once. `REDIS_UNAVAILABLE` either way.
 */
export async function openRedis(params: OpenRedisParams): Promise<void> {
  const { link, waitMs, signal, undo } = params;
  const deadline = performance.now() + waitMs;
  for (let delayMs = FIRST_WAIT_MS; ; delayMs = Math.min(delayMs * 2, MAX_WAIT_MS)) {
    link.opening();
    const failure = await tryOnce(params);
    if (signal.aborted) throw await closed(undo);
    if (failure === undefined) {
      link.opened();
      return;
    }
    await undo();
    const { error, fault } = failure;
    const canBeMended = fault?.kind === "away" || fault?.kind === "refusing";
    const leftMs = deadline - performance.now();
    const isWaiting = canBeMended && leftMs > 0;
    if (fault !== undefined) link.failedToOpen(fault, { isWaiting });
    if (!isWaiting) throw error;
    await sleep(Math.min(delayMs, leftMs), undefined, { signal }).catch(() => undefined);
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may have been aborted since the line above
    if (signal.aborted) throw await closed(undo);
  }
}

interface Failure {
  readonly error: LevelflowError;
  readonly fault: RedisFault | undefined;
}

async function tryOnce(params: OpenRedisParams): Promise<Failure | undefined> {
  const { link, shown, needsWrites } = params;
  try {
    if (!(await endsInTime(params))) return failureOf(unready(link), shown);
    const refusal = needsWrites ? await link.tryWrite() : undefined;
    return refusal === undefined ? undefined : failureOf(refusal, shown);
  } catch (error) {
    const cause = link.lastError ?? error;
    return { error: asUnavailable(cause, shown), fault: redisFaultOf(cause) };
  }
}

/**
 * Whether the attempt was done before its time, or the wish for it, was over. One that is given up has ended by then: what it still closed later
 * could be the next one's.
 */
async function endsInTime({ attempt, undo, attemptMs, signal }: OpenRedisParams): Promise<boolean> {
  const over = new AbortController();
  const limit = sleep(attemptMs, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => undefined);
  const work = attempt(over.signal);
  try {
    const isDone = await Promise.race([work.then(() => true), limit.then(() => false)]);
    if (isDone) return true;
  } finally {
    over.abort();
  }
  await undo();
  await within(GIVE_UP_MS, work).catch(() => undefined);
  return false;
}

/** A silent connection would have been ended by now: one that is open and cannot be used yet belongs to a Redis that is loading. */
function unready(link: RedisLink): RedisFault {
  if (link.isHalfOpen) return { kind: "refusing", reason: "is still loading its data: it takes commands when that is done" };
  return link.lastFault ?? { kind: "away", reason: "no answer" };
}

function failureOf(fault: RedisFault, shown: string): Failure {
  return { error: redisUnavailable(fault, shown), fault };
}

async function closed(undo: () => Promise<void>): Promise<LevelflowError> {
  await undo();
  return new LevelflowError("CLOSED", "stopped before Redis was there");
}
