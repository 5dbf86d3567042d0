import { LRUCache } from "lru-cache";
import { leaveNewerRuns, NEWER_RUN_WAIT_MS } from "../core/errors/leave-newer-runs.ts";
import type { JobConsumer, SchedulerJobHandler } from "../core/ports/job-queue.ts";
import type { Loops } from "../core/time/loops.ts";
import { HANDLER_TIMES_MAX_AGE_MS } from "../core/run/handler-times.ts";
import { Remembered } from "../core/time/remembered.ts";
import { Ticker } from "../core/time/ticker.ts";
import { within } from "../core/time/within.ts";
import { advanceRun } from "./advance-run.ts";
import { fireDeadlines, gathered } from "./fire-deadlines.ts";
import { reapIntervalMs, reapRuns } from "./reap-runs.ts";
import type { SchedulerContext, SeenRun } from "./scheduler-context.ts";
import { sweepRuns } from "./sweep-runs.ts";

/** How long `stop()` waits for jobs under way. Each takes milliseconds; only an absent Redis holds one up. */
const STOP_TIMEOUT_MS = 5_000;

/** Runs that one process remembers, to spare a look at each at every level. A bound by size takes up no room in advance. */
const MAX_SEEN_RUNS = 1_000;

/** The scheduler's role. Any number of processes may run it: what two of them do at once, the store takes from one. */
export class RunScheduler {
  readonly #context: SchedulerContext;
  readonly #deadlines: Ticker;
  readonly #tickers: readonly Ticker[];
  #unlisten: (() => void) | undefined;
  #consumer: JobConsumer | undefined;
  #starting: { isStopped: boolean } = { isStopped: false };
  #stopped: Promise<void> = Promise.resolve();

  /** `seenRuns`, where to remember runs, is by default bounded. */
  constructor(given: Omit<SchedulerContext, "seenRuns" | "handlerTimes"> & Partial<Pick<SchedulerContext, "seenRuns">>) {
    const seenRuns = given.seenRuns ?? new LRUCache<string, SeenRun>({ maxSize: MAX_SEEN_RUNS, sizeCalculation: () => 1 });
    const handlerTimes = new Remembered(() => given.store.readHandlerTimes(), { maxAgeMs: HANDLER_TIMES_MAX_AGE_MS });
    const context: SchedulerContext = { ...given, seenRuns, handlerTimes };
    this.#context = context;
    const { log, settings } = context;
    const deadlines = { name: "firing deadlines", intervalMs: settings.deadlinePollMs, log };
    this.#deadlines = new Ticker(() => fireDeadlines(context, (ms) => this.#deadlines.hurry(ms)), deadlines);
    this.#tickers = [
      this.#deadlines,
      new Ticker(() => sweepRuns(context), { name: "the sweep", intervalMs: settings.sweepIntervalMs, log }),
      new Ticker(() => announce(context), { name: "the heartbeat", intervalMs: settings.heartbeatMs, log }),
      new Ticker(() => reapRuns(context), { name: "the reaper", intervalMs: reapIntervalMs(settings.retentionMs), log }),
    ];
  }

  async start(): Promise<void> {
    if (this.#consumer !== undefined) return;
    const starting: { isStopped: boolean } = { isStopped: false };
    this.#starting = starting;
    const { log, queue, settings } = this.#context;
    const leave = leaveNewerRuns(log);
    const take: SchedulerJobHandler = (job, jobContext) =>
      leave(advanceRun(this.#context, job, jobContext), { kind: "wait-for-lanes", elseDelayMs: NEWER_RUN_WAIT_MS });
    await announce(this.#context);
    await this.#listen();
    this.#consumer = await queue.consumeSchedulerJobs(take, { concurrency: settings.concurrency });
    // Told to stop while it started.
    if (starting.isStopped) return this.stop();
    for (const ticker of this.#tickers) ticker.start();
    // Some may have passed while nobody was there.
    this.#deadlines.hurry(0);
  }

  /** Being told of close deadlines is faster than looking for them, and no more than that. */
  async #listen(): Promise<void> {
    const { store, log } = this.#context;
    this.#unlisten?.();
    try {
      this.#unlisten = await store.onDeadline((inMs) => this.#deadlines.hurry(gathered(inMs)));
    } catch (error) {
      log.warn({ err: error }, "close timeouts are not heard of, and up to a second late");
    }
  }

  loops(): Loops {
    const tasks = this.#tickers.map((ticker) => ticker.task).filter((task) => task !== undefined);
    return { isTakingJobs: this.#consumer?.isRunning() ?? true, tasks };
  }

  stop(): Promise<void> {
    this.#starting.isStopped = true;
    const consumer = this.#consumer;
    this.#consumer = undefined;
    if (consumer !== undefined) this.#stopped = this.#stop(consumer);
    return this.#stopped;
  }

  async #stop(consumer: JobConsumer): Promise<void> {
    // While Redis is away these would wait for it; the scheduler's entry then expires by itself.
    await Promise.all([within(STOP_TIMEOUT_MS, this.#leave()), consumer.stop({ timeoutMs: STOP_TIMEOUT_MS })]);
  }

  async #leave(): Promise<void> {
    const { store, settings } = this.#context;
    this.#unlisten?.();
    await Promise.all(this.#tickers.map((ticker) => ticker.stop()));
    await store.removeScheduler({ scheduler: settings.scheduler });
  }
}

async function announce({ store, settings: { scheduler, version } }: SchedulerContext): Promise<void> {
  await store.announceScheduler({ scheduler, version });
}
