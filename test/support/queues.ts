import { Queue, type JobType } from "bullmq";
import { queuePrefix } from "../../src/queue/bullmq/names.ts";
import type { Redis } from "ioredis";

const LIVE: readonly JobType[] = ["waiting", "active", "delayed", "prioritized", "waiting-children"];

/** Uses a BullMQ queue of an installation as an operator would, and closes it. */
export async function withQueue<T>(redis: Redis, prefix: string, name: string, work: (queue: Queue) => Promise<T>): Promise<T> {
  const queue = new Queue(name, { connection: redis, prefix: queuePrefix(prefix) });
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

/** Ids of the jobs of both queues that have not ended. */
export async function liveJobs(redis: Redis, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of ["barriers", "lanes-default"]) {
    const jobs = await withQueue(redis, prefix, name, (queue) => queue.getJobs([...LIVE]));
    found.push(...jobs.map((job) => String(job.id)));
  }
  return found;
}
