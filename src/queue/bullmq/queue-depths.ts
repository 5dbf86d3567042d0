import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { QueueDepth } from "../../core/ports/observer.ts";

const STATES = ["wait", "prioritized", "active", "delayed", "waiting-children", "failed"] as const;

/** How many jobs a queue holds by state, and how old the oldest one is that waits. A handful of commands, whatever the queue holds. */
export async function readQueueDepth(client: Redis, queue: Queue): Promise<QueueDepth> {
  const [counts, ids, isPaused] = await Promise.all([queue.getJobCounts(...STATES), nextInLine(client, queue), queue.isPaused()]);
  const times = await Promise.all(ids.map((id) => client.hget(queue.toKey(id), "timestamp")));
  const oldest = Math.min(...times.map((time) => Number(time ?? Infinity)));
  const { wait = 0, ...others } = counts;
  // Processes put these times on jobs by their own clocks.
  return {
    queue: queue.name,
    jobs: { waiting: wait, ...others },
    oldestWaitingMs: Math.max(0, Date.now() - oldest) || 0,
    isPaused,
  };
}

/** The job that waits longest, and the most urgent one of those with a priority. */
async function nextInLine(client: Redis, queue: Queue): Promise<readonly string[]> {
  const [plain, [urgent]] = await Promise.all([
    client.lindex(queue.toKey("wait"), -1),
    client.zrange(queue.toKey("prioritized"), "0", "0"),
  ]);
  return [plain, urgent].filter((id) => typeof id === "string");
}
