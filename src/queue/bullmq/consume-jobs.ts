import { setTimeout as sleep } from "node:timers/promises";
import {
  DelayedError,
  UnrecoverableError,
  WaitingChildrenError,
  WaitingError,
  Worker,
  type Job,
  type WorkerOptions,
} from "bullmq";
import type { JobConsumer, LaneHandler, SchedulerJobHandler } from "../../core/ports/job-queue.ts";
import { PassingMap } from "../../core/memory/passing-map.ts";
import { JobHold } from "../../core/run/job-hold.ts";
import { redisFaultOf } from "../../core/errors/redis-fault.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Observer } from "../../core/ports/observer.ts";
import { within } from "../../core/time/within.ts";
import { doneNow, tellBarrierWait, type JobEnd } from "./barrier-wait.ts";
import { parseLane, parseSchedulerJob } from "./job-data.ts";
import { MAX_PUT_OFF_MS, MAX_STALLED_COUNT } from "./job-options.ts";
import { BARRIERS_QUEUE, lanesQueue } from "./names.ts";

export interface ConsumerOptions extends Pick<
  WorkerOptions,
  "connection" | "prefix" | "concurrency" | "lockDuration" | "stalledInterval"
> {
  readonly log: Logger;
  /** Whether Redis was in trouble lately. */
  readonly isRecovering: () => boolean;
  readonly observer: Observer | undefined;
}

/** How long closing a worker's connections may take once its jobs are done. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Runs a handler for every lane of a pool, and ends each lane as the handler says. */
export function consumeLanes(handler: LaneHandler, pool: string, options: ConsumerOptions): JobConsumer {
  const { observer } = options;
  const processLane: Processor = async (job, token, hold) => {
    if (observer !== undefined && job.attemptsStarted === 1) observer.laneWaited(pool, Math.max(0, Date.now() - job.timestamp));
    const outcome = await handler(readJob(parseLane, job), { hold, isRepeated: job.attemptsStarted > 1 });
    switch (outcome.kind) {
      case "done":
        return doneNow();
      case "wait":
        return putOff(job, token, outcome.delayMs);
      case "hand-back":
        return handBack(job, token);
      case "fail":
        throw decided(outcome.message);
    }
  };
  return startConsumer(lanesQueue(pool), processLane, options);
}

/** Runs a handler for every start, barrier and stop job, and ends each as the handler says. */
export function consumeSchedulerJobs(handler: SchedulerJobHandler, options: ConsumerOptions): JobConsumer {
  const processJob: Processor = async (job, token) => {
    const outcome = await handler(readJob(parseSchedulerJob, job), { lanesPending: () => lanesPending(job) });
    switch (outcome.kind) {
      case "done":
        if (options.observer !== undefined) void tellBarrierWait(job, options.observer);
        return "done";
      case "wait-for-lanes":
        if (await job.moveToWaitingChildren(token ?? "")) throw new WaitingChildrenError();
        return putOff(job, token, outcome.elseDelayMs);
      case "fail":
        throw decided(outcome.message);
    }
  };
  return startConsumer(BARRIERS_QUEUE, processJob, options);
}

/** A job that somebody else wrote, or changed by hand, fails: it would never be any better. */
function readJob<T>(parse: (data: unknown) => T, { data }: Job<unknown>): T {
  try {
    return parse(data);
  } catch {
    throw decided("this is no job of levelflow's: its data was written or changed by somebody else");
  }
}

/** Why a job failed, for people: where in levelflow that was noticed tells them nothing. */
function decided(message: string): UnrecoverableError {
  const error = new UnrecoverableError(message);
  error.stack = message;
  return error;
}

async function putOff(job: Job, token: string | undefined, delayMs: number): Promise<never> {
  await untilTaken(() => job.moveToDelayed(Date.now() + Math.min(delayMs, MAX_PUT_OFF_MS), token));
  throw new DelayedError();
}

async function handBack(job: Job, token: string | undefined): Promise<never> {
  await untilTaken(() => job.moveToWait(token));
  throw new WaitingError();
}

/** Repeats what Redis refuses: were the refusal thrown on, BullMQ would take it for the job's own failure. */
async function untilTaken(move: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await move();
      return;
    } catch (error) {
      if (redisFaultOf(error)?.kind !== "refusing") throw error;
      await sleep(REFUSED_DELAY_MS);
    }
  }
}

async function lanesPending(job: Job): Promise<boolean> {
  const { unprocessed = 0 } = await job.getDependenciesCount({ unprocessed: true });
  return unprocessed > 0;
}

type Processor = (job: Job, token: string | undefined, hold: JobHold) => Promise<JobEnd>;

/** How long nothing is asked of a Redis that has just refused something. */
const REFUSED_DELAY_MS = 500;
/** What BullMQ says when another process may have the job. */
const LOST_LOCK = /could not renew lock|Missing lock|Lock mismatch/;
/** How soon BullMQ tries again after it lost its connection; its own 15 s would let jobs wait for no reason. */
const RETRY_DELAY_MS = 500;

/** When a job that met a fault of the machinery (Redis, above all, or levelflow itself) comes again. */
const FAULT_DELAY_MS = 1_000;

function startConsumer(
  queueName: string,
  processor: Processor,
  { log, isRecovering, observer, ...options }: ConsumerOptions,
): JobConsumer {
  const active = new PassingMap<string, ActiveJob>();
  let isStopping = false;
  // Declared with two parameters: BullMQ's own signal costs more than a quick job does.
  const process = async (job: Job, token?: string): Promise<JobEnd> => {
    // A fetch that was under way when the consumer stopped may still bring a job.
    if (isStopping) return handBack(job, token);
    const hold = new JobHold();
    const processing = settle(processor(job, token, hold), { job, token, log });
    const [id, own] = [job.id ?? "", { processing, hold }];
    active.set(id, own);
    try {
      return await processing;
    } finally {
      // Once its lock is lost the job may have come back to this very process.
      if (active.get(id) === own) active.delete(id);
    }
  };
  const worker = new Worker(queueName, process, {
    ...options,
    maxStalledCount: MAX_STALLED_COUNT,
    runRetryDelay: RETRY_DELAY_MS,
  });
  const rest = restWhenRefused(worker, () => isStopping);
  const levelOfLoss = (): "debug" | "warn" => (isRecovering() ? "debug" : "warn");
  worker.on("error", (error) => {
    log[LOST_LOCK.test(error.message) ? levelOfLoss() : "warn"]({ err: error, queue: queueName }, "queue worker");
    if (redisFaultOf(error)?.kind === "refusing") rest();
  });
  worker.on("stalled", (jobId) => {
    observer?.jobStalled(queueName);
    log[levelOfLoss()]({ jobId, queue: queueName }, "a job's process went silent; the job goes on elsewhere");
  });
  worker.on("lockRenewalFailed", (jobIds) => {
    for (const jobId of jobIds) active.get(jobId)?.hold.lose();
  });
  return {
    // BullMQ's loop begins with the worker; an error that it does not expect would end it.
    isRunning: () => isStopping || worker.isRunning() || worker.isPaused(),
    stop: ({ timeoutMs }) => {
      isStopping = true;
      return stopWorker(worker, active, timeoutMs);
    },
  };
}

/** Has a worker take no job for a moment. While Redis refuses it one, BullMQ's loop would ask again without a pause. */
function restWhenRefused(worker: Worker, isStopping: () => boolean): () => void {
  let isResting = false;
  return () => {
    if (isResting || isStopping()) return;
    isResting = true;
    void worker
      .pause(true)
      .then(() => sleep(REFUSED_DELAY_MS))
      .then(() => {
        isResting = false;
        return isStopping() ? undefined : worker.resume();
      });
  };
}

interface ActiveJob {
  readonly processing: Promise<JobEnd>;
  readonly hold: JobHold;
}

/** Has a job that met a fault come again. Only what a handler decided may fail a job: a failed lane releases its barrier. */
async function settle(
  processing: Promise<JobEnd>,
  { job, token, log }: { readonly job: Job; readonly token: string | undefined; readonly log: Logger },
): Promise<JobEnd> {
  try {
    return await processing;
  } catch (error) {
    if (DECIDED.some((kind) => error instanceof kind)) throw error;
    log.warn({ err: error, jobId: job.id }, "a job met a fault; it comes again");
    return putOff(job, token, FAULT_DELAY_MS);
  }
}

const DECIDED = [DelayedError, UnrecoverableError, WaitingChildrenError, WaitingError];

/**
 * Takes no further job, waits for those under way, and lets go of what is not done in time: its lock expires and another process has it.
 * Closing by itself waits without a bound, and for ever while Redis is away.
 */
async function stopWorker(worker: Worker, active: PassingMap<string, ActiveJob>, timeoutMs: number): Promise<void> {
  await worker.pause(true);
  await within(timeoutMs, Promise.allSettled([...active.values()].map(({ processing }) => processing)));
  const closing = worker.close(active.size > 0);
  await within(CLOSE_TIMEOUT_MS, closing);
  // A close that still waits for a Redis that is away would keep the process alive by renewing locks of jobs that nobody has.
  await within(CLOSE_TIMEOUT_MS, renewalsOf(worker).close());
}

/** What renews a worker's locks. BullMQ ends it late in `close`, and has no public way to it. */
function renewalsOf(worker: Worker): { close(): Promise<void> } {
  return Reflect.get(worker, "lockManager") as { close(): Promise<void> };
}
