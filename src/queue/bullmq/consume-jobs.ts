import { DelayedError, UnrecoverableError, WaitingChildrenError, WaitingError, Worker, type Job, type WorkerOptions } from "bullmq";
import type { JobConsumer, LaneHandler, SchedulerJobHandler } from "../../core/ports/job-queue.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { parseLane, parseSchedulerJob } from "./job-data.ts";
import { MAX_STALLED_COUNT } from "./job-options.ts";
import { BARRIERS_QUEUE, lanesQueue } from "./names.ts";

export interface ConsumerOptions extends Pick<WorkerOptions, "connection" | "prefix" | "concurrency" | "lockDuration" | "stalledInterval"> {
  readonly log: Logger;
}

/** How long closing a worker's connections may take once its jobs are done. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Runs a handler for every lane of a pool, and ends each lane as the handler says. */
export function consumeLanes(handler: LaneHandler, pool: string, options: ConsumerOptions): JobConsumer {
  const processLane: Processor = async (job, token, signal) => {
    const outcome = await handler(parseLane(job.data), { signal: signal ?? new AbortController().signal });
    switch (outcome.kind) {
      case "done":
        return "done";
      case "wait":
        return putOff(job, token, outcome.delayMs);
      case "hand-back":
        return handBack(job, token);
      case "fail":
        throw new UnrecoverableError(outcome.message);
    }
  };
  return startConsumer(lanesQueue(pool), processLane, options);
}

/** Runs a handler for every start, barrier and stop job, and ends each as the handler says. */
export function consumeSchedulerJobs(handler: SchedulerJobHandler, options: ConsumerOptions): JobConsumer {
  const processJob: Processor = async (job, token) => {
    const outcome = await handler(parseSchedulerJob(job.data), { lanesPending: () => lanesPending(job) });
    switch (outcome.kind) {
      case "done":
        return "done";
      case "wait-for-lanes":
        if (await job.moveToWaitingChildren(token ?? "")) throw new WaitingChildrenError();
        return putOff(job, token, outcome.elseDelayMs);
      case "fail":
        throw new UnrecoverableError(outcome.message);
    }
  };
  return startConsumer(BARRIERS_QUEUE, processJob, options);
}

async function putOff(job: Job, token: string | undefined, delayMs: number): Promise<never> {
  await job.moveToDelayed(Date.now() + delayMs, token);
  throw new DelayedError();
}

async function handBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}

async function lanesPending(job: Job): Promise<boolean> {
  const { unprocessed = 0 } = await job.getDependenciesCount({ unprocessed: true });
  return unprocessed > 0;
}

type Processor = (job: Job, token: string | undefined, signal: AbortSignal | undefined) => Promise<string>;

function startConsumer(queueName: string, processor: Processor, { log, ...options }: ConsumerOptions): JobConsumer {
  const active = new Set<Promise<string>>();
  let isStopping = false;
  // BullMQ passes a signal only to a processor that declares three parameters.
  const tracked: Processor = (job, token, signal) => {
    // A fetch that was under way when the consumer stopped may still bring a job.
    const processing = isStopping ? handBack(job, token) : processor(job, token, signal);
    active.add(processing);
    const forget = (): void => void active.delete(processing);
    processing.then(forget, forget);
    return processing;
  };
  const worker = new Worker(queueName, tracked, { ...options, maxStalledCount: MAX_STALLED_COUNT });
  worker.on("error", (error) => log.warn({ err: error, queue: queueName }, "queue worker"));
  worker.on("stalled", (jobId) => log.warn({ jobId, queue: queueName }, "a job's process went silent; the job goes on elsewhere"));
  worker.on("lockRenewalFailed", (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId, "the job's lock was lost");
  });
  return {
    stop: ({ timeoutMs }) => {
      isStopping = true;
      return stopWorker(worker, active, timeoutMs);
    },
  };
}

/**
 * Takes no further job, waits for those under way, and lets go of what is not done in time: its lock expires and another process has it.
 * Closing by itself waits without a bound, and for ever while Redis is away.
 */
async function stopWorker(worker: Worker, active: ReadonlySet<Promise<unknown>>, timeoutMs: number): Promise<void> {
  await worker.pause(true);
  await within(timeoutMs, Promise.allSettled(active));
  await within(CLOSE_TIMEOUT_MS, worker.close(active.size > 0));
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, bound]);
  clearTimeout(timer);
}
