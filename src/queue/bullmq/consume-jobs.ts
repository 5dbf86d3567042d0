import { DelayedError, UnrecoverableError, WaitingChildrenError, WaitingError, Worker, type Job, type WorkerOptions } from "bullmq";
import type { JobConsumer, LaneHandler, SchedulerJobHandler } from "../../core/ports/job-queue.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { parseLane, parseSchedulerJob } from "./job-data.ts";
import { MAX_STALLED_COUNT } from "./job-options.ts";
import { BARRIERS_QUEUE, lanesQueue } from "./names.ts";

export interface ConsumerOptions extends Pick<WorkerOptions, "connection" | "prefix" | "concurrency" | "lockDuration" | "stalledInterval"> {
  readonly log: Logger;
}

/** Runs a handler for every lane of a pool, and ends each lane as the handler says. */
export function consumeLanes(handler: LaneHandler, pool: string, options: ConsumerOptions): JobConsumer {
  // BullMQ passes a signal only to a processor that declares three parameters.
  const processLane = async (job: Job, token: string | undefined, signal: AbortSignal | undefined): Promise<string> => {
    const outcome = await handler(parseLane(job.data), { signal: signal ?? new AbortController().signal });
    switch (outcome.kind) {
      case "done":
        return "done";
      case "wait":
        return putOff(job, token, outcome.delayMs);
      case "hand-back":
        await job.moveToWait(token);
        throw new WaitingError();
      case "fail":
        throw new UnrecoverableError(outcome.message);
    }
  };
  return startConsumer(lanesQueue(pool), processLane, options);
}

/** Runs a handler for every start, barrier and stop job, and ends each as the handler says. */
export function consumeSchedulerJobs(handler: SchedulerJobHandler, options: ConsumerOptions): JobConsumer {
  const processJob = async (job: Job, token?: string): Promise<string> => {
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

async function lanesPending(job: Job): Promise<boolean> {
  const { unprocessed = 0 } = await job.getDependenciesCount({ unprocessed: true });
  return unprocessed > 0;
}

function startConsumer(
  queueName: string,
  processor: (job: Job, token?: string, signal?: AbortSignal) => Promise<string>,
  { log, ...options }: ConsumerOptions,
): JobConsumer {
  const worker = new Worker(queueName, processor, { ...options, maxStalledCount: MAX_STALLED_COUNT });
  worker.on("error", (error) => log.warn({ err: error, queue: queueName }, "queue worker"));
  worker.on("stalled", (jobId) => log.warn({ jobId, queue: queueName }, "a job's process went silent; the job goes on elsewhere"));
  worker.on("lockRenewalFailed", (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId, "the job's lock was lost");
  });
  return {
    stop: ({ timeoutMs }) => closeWithin(worker, timeoutMs),
  };
}

/** Closing waits for jobs under way, and for ever while Redis is away: a timer of ours bounds it. */
async function closeWithin(worker: Worker, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), timeoutMs);
  });
  const outcome = await Promise.race([worker.close().then(() => "closed" as const), bound]);
  clearTimeout(timer);
  if (outcome === "late") void worker.close(true);
}
