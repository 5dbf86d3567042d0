import { Job, type Queue } from "bullmq";
import { LRUCache } from "lru-cache";
import type { LaneProgress } from "../../core/ports/job-queue.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { laneOf, type LaneRef } from "../../core/run/job-ref.ts";
import { laneJobId, lanesQueue } from "./names.ts";

/** Lines that are kept of a lane, and characters of a line: logs lie in Redis, and belong into the workers' own logs. */
const MAX_LINES = 200;
const MAX_LINE_LENGTH = 1_000;
/** Lanes whose lines are counted. */
const MAX_COUNTED = 1_000;

/** What workers keep with the jobs of their lanes, for people who look at the queue. */
export class LaneNotes {
  readonly #queue: (name: string) => Queue;
  readonly #log: Logger;
  readonly #lineCounts = new LRUCache<string, number>({ max: MAX_COUNTED });

  constructor(queue: (name: string) => Queue, log: Logger) {
    this.#queue = queue;
    this.#log = log;
  }

  /** One command a line, none once the lane has its lines. */
  addLine(lane: LaneRef, line: string): void {
    const jobId = laneJobId(laneOf(lane));
    const count = (this.#lineCounts.get(jobId) ?? 0) + 1;
    this.#lineCounts.set(jobId, count);
    if (count > MAX_LINES) return;
    const text = count === MAX_LINES ? "Further lines are in the log of the worker only." : line.slice(0, MAX_LINE_LENGTH);
    this.#send(Job.addJobLog(this.#queue(lanesQueue(lane.pool)), jobId, text, MAX_LINES));
  }

  setProgress(lane: LaneRef, progress: LaneProgress): void {
    this.#send(this.#queue(lanesQueue(lane.pool)).updateJobProgress(laneJobId(laneOf(lane)), { ...progress }));
  }

  /** The job may have been removed by hand; then there is nobody to show it to. */
  #send(sending: Promise<unknown>): void {
    sending.catch((error: unknown) => this.#log.debug({ err: error }, "a lane's job took no note"));
  }
}
