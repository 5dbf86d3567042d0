import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { Remembered } from "../../core/time/remembered.ts";

/** How old what is known of the jobs that wait may be. */
const WAITING_MAX_AGE_MS = 1_000;
/** Waiting jobs that one call reads. */
const PAGE = 1_000;

/**
 * Tells the states of jobs. BullMQ's own `getJobState` looks through every job that waits, so to ask it for each of 10,000 waiting runs
 * grows with the square of their number. Here it is asked only about jobs that nothing else tells of.
 */
export class JobStates {
  readonly #client: () => Redis;
  readonly #waiting = new Map<string, Remembered<ReadonlySet<string>>>();

  constructor(client: () => Redis) {
    this.#client = client;
  }

  async get(queue: Queue, id: string): Promise<string> {
    return (await this.#lookUp(queue, id)) ?? ((await this.#isWaiting(queue, id)) ? "waiting" : queue.getJobState(id));
  }

  /** What one look at single keys tells. Each hit is true by itself; a job that moves between them is found by none. */
  async #lookUp(queue: Queue, id: string): Promise<string | undefined> {
    const pipeline = this.#client().pipeline();
    for (const state of SET_STATES) pipeline.zscore(queue.toKey(state), id);
    pipeline.exists(`${queue.toKey(id)}:lock`).exists(queue.toKey(id));
    const replies = ((await pipeline.exec()) ?? []).map(([error, reply]) => {
      if (error !== null) throw error;
      return reply;
    });
    const state = SET_STATES.find((_, i) => typeof replies[i] === "string");
    if (state !== undefined) return state;
    if (replies[SET_STATES.length] === 1) return "active";
    return replies[SET_STATES.length + 1] === 0 ? "unknown" : undefined;
  }

  /** Whether a job waited a moment ago. One that was only taken out by hand since then is found out at the next look. */
  async #isWaiting(queue: Queue, id: string): Promise<boolean> {
    let waiting = this.#waiting.get(queue.name);
    if (waiting === undefined) {
      waiting = new Remembered(() => this.#readWaiting(queue), { maxAgeMs: WAITING_MAX_AGE_MS });
      this.#waiting.set(queue.name, waiting);
    }
    return (await waiting.get()).has(id);
  }

  async #readWaiting(queue: Queue): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    for (let start = 0; ; start += PAGE) {
      const page = await this.#client().lrange(queue.toKey("wait"), start, start + PAGE - 1);
      for (const id of page) ids.add(id);
      if (page.length < PAGE) return ids;
    }
  }
}

const SET_STATES = ["waiting-children", "delayed", "prioritized", "completed", "failed"] as const;
