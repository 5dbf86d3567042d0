import { clearTimeout, setTimeout } from "node:timers";
import type { JobConsumer } from "../../core/ports/job-queue.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { JobHold } from "../../core/run/job-hold.ts";
import { TURNS } from "../../core/time/turn-watch.ts";
import type { JobState } from "./memory-jobs.ts";

const ENDED = Promise.resolve();

/** How long a job rests whose handler threw, before it is handed out again. */
const REDELIVERY_DELAY_MS = 100;

interface ChannelJob {
  readonly id: string;
  readonly priority: number;
  state: JobState;
  timer?: NodeJS.Timeout;
}

export type ChannelHandler<Job, Outcome> = (job: Job, hold: JobHold) => Promise<Outcome>;

interface Consumer<Job, Outcome> {
  readonly handler: ChannelHandler<Job, Outcome>;
  readonly concurrency: number;
  /** What is handed out to it. A job that was given up is no longer here: its outcome is ignored. */
  readonly active: Map<Job, JobHold>;
  readonly idleListeners: Set<() => void>;
}

/** One queue: the jobs that wait in it, in order of priority, and the consumers they are handed to in turn. */
export class JobChannel<Job extends ChannelJob, Outcome> {
  readonly #settle: (job: Job, outcome: Outcome) => void;
  readonly #log: Logger;
  readonly #waiting: Job[] = [];
  readonly #delayed = new Set<Job>();
  readonly #consumers = new Set<Consumer<Job, Outcome>>();
  #isHandingOut = false;
  #isStopped = false;

  constructor(settle: (job: Job, outcome: Outcome) => void, log: Logger) {
    this.#settle = settle;
    this.#log = log;
  }

  add(job: Job): void {
    job.state = "waiting";
    let position = this.#waiting.length;
    while (position > 0 && (this.#waiting[position - 1]?.priority ?? 0) > job.priority) position -= 1;
    this.#waiting.splice(position, 0, job);
    this.#wake();
  }

  addLater(job: Job, delayMs: number): void {
    job.state = "delayed";
    this.#delayed.add(job);
    // Not unref'ed: it may be all that keeps a process with a waiting retry alive.
    job.timer = setTimeout(() => this.#endDelay(job), delayMs);
  }

  /** Takes a job out that nobody has begun. */
  remove(job: Job): boolean {
    if (job.state === "delayed") {
      clearTimeout(job.timer);
      this.#delayed.delete(job);
    } else if (job.state === "waiting") {
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
    } else {
      return false;
    }
    job.state = "ended";
    return true;
  }

  consume(handler: ChannelHandler<Job, Outcome>, concurrency: number): JobConsumer {
    const consumer: Consumer<Job, Outcome> = { handler, concurrency, active: new Map(), idleListeners: new Set() };
    this.#consumers.add(consumer);
    this.#wake();
    return { isRunning: () => true, stop: ({ timeoutMs }) => this.#stopConsumer(consumer, timeoutMs) };
  }

  /** Gives up what is handed out and stops the clocks. The jobs stay for the next consumer and the next `start`. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#consumers].map((consumer) => this.#stopConsumer(consumer, 0)));
    for (const job of this.#delayed) clearTimeout(job.timer);
  }

  /** Takes up what a stop left: delays that it cut short are over. */
  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    for (const job of [...this.#delayed]) this.#endDelay(job);
  }

  #endDelay(job: Job): void {
    this.#delayed.delete(job);
    delete job.timer;
    this.add(job);
  }

  /** Jobs are handed out once who adds them is done; now and then in a turn of their own, which leaves room for timers and signals. */
  #wake(): void {
    if (this.#isHandingOut || this.#waiting.length === 0 || this.#consumers.size === 0) return;
    this.#isHandingOut = true;
    // `queueMicrotask` would cost more: it keeps track of where it was called.
    const soon = TURNS.isDue() ? TURNS.turn() : ENDED;
    void soon.then(() => this.#handOut());
  }

  #handOut(): void {
    this.#isHandingOut = false;
    while (this.#waiting.length > 0) {
      const consumer = this.#nextConsumer();
      if (consumer === undefined) return;
      const job = this.#waiting.shift();
      if (job !== undefined) void this.#deliver(consumer, job);
    }
  }

  /** The consumer with room that was served longest ago, so a job that one hands back reaches another. */
  #nextConsumer(): Consumer<Job, Outcome> | undefined {
    for (const consumer of this.#consumers) {
      if (consumer.active.size >= consumer.concurrency) continue;
      this.#consumers.delete(consumer);
      this.#consumers.add(consumer);
      return consumer;
    }
    return undefined;
  }

  async #deliver(consumer: Consumer<Job, Outcome>, job: Job): Promise<void> {
    job.state = "active";
    const hold = new JobHold();
    consumer.active.set(job, hold);
    let outcome: { readonly value: Outcome } | undefined;
    try {
      outcome = { value: await consumer.handler(job, hold) };
    } catch (error) {
      this.#log.warn({ err: error, jobId: job.id }, "the handler of a job failed; the job is handed out again");
    }
    if (!consumer.active.delete(job)) return;
    if (outcome === undefined) this.addLater(job, REDELIVERY_DELAY_MS);
    else this.#settle(job, outcome.value);
    if (consumer.active.size === 0) for (const tell of consumer.idleListeners) tell();
    this.#wake();
  }

  async #stopConsumer(consumer: Consumer<Job, Outcome>, timeoutMs: number): Promise<void> {
    this.#consumers.delete(consumer);
    if (consumer.active.size > 0 && timeoutMs > 0) await idleOrTimeout(consumer, timeoutMs);
    if (consumer.active.size > 0) this.#giveUp(consumer);
    for (const tell of consumer.idleListeners) tell();
  }

  #giveUp({ active }: Consumer<Job, Outcome>): void {
    const given = [...active];
    active.clear();
    for (const [, hold] of given) hold.lose();
    for (const [job] of given) this.add(job);
  }
}

function idleOrTimeout(consumer: { readonly idleListeners: Set<() => void> }, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      consumer.idleListeners.delete(end);
      resolve();
    };
    const timer = setTimeout(end, timeoutMs);
    consumer.idleListeners.add(end);
  });
}
