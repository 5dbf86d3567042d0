import { leaveNewerRuns, NEWER_RUN_WAIT_MS } from "../core/errors/leave-newer-runs.ts";
import { typesOf } from "../core/node/node-registry.ts";
import type { JobConsumer, LaneHandler } from "../core/ports/job-queue.ts";
import type { Loops } from "../core/time/loops.ts";
import { Remembered } from "../core/time/remembered.ts";
import { Ticker } from "../core/time/ticker.ts";
import { TURNS } from "../core/time/turn-watch.ts";
import { within } from "../core/time/within.ts";
import { HandlerSlots } from "./handler-slots.ts";
import { runLane } from "./run-lane.ts";
import { TimeKeeper } from "./time-keeper.ts";
import type { WorkerContext } from "./worker-context.ts";

/** How old what a worker knows of other processes may be, in ms: their stateful types, and how many they are. */
const OTHERS_MAX_AGE_MS = 1_000;

/** What stopping may take beyond the two graces: giving claims and lanes back. */
const HAND_BACK_MS = 1_000;

/** The worker's role: executes nodes, heeds aborts, and reports itself as live. */
export class RunWorker {
  readonly #context: WorkerContext;
  readonly #heartbeat: Ticker;
  #consumer: JobConsumer | undefined;
  #unlisten: (() => void) | undefined;
  #stopping = false;
  #starting: { isStopped: boolean } = { isStopped: false };
  #stopped: Promise<void> = Promise.resolve();

  constructor(given: Omit<WorkerContext, "slots" | "times" | "turns" | "statefulTypes" | "workerCount">) {
    const { store, log, settings } = given;
    const context: WorkerContext = {
      slots: new HandlerSlots(settings.concurrency),
      times: new TimeKeeper({ store, turns: TURNS, log, observer: given.observer }),
      turns: TURNS,
      statefulTypes: new Remembered(() => store.readStatefulTypes(), { maxAgeMs: OTHERS_MAX_AGE_MS }),
      workerCount: new Remembered(() => store.countWorkers({ pool: settings.pool }), { maxAgeMs: OTHERS_MAX_AGE_MS }),
      ...given,
    };
    this.#context = context;
    const { heartbeatMs } = context.settings;
    this.#heartbeat = new Ticker(() => this.#beat(), { name: "the heartbeat", intervalMs: heartbeatMs, log: context.log });
  }

  async start(): Promise<void> {
    if (this.#consumer !== undefined) return;
    this.#stopping = false;
    const starting: { isStopped: boolean } = { isStopped: false };
    this.#starting = starting;
    this.#context.slots.open();
    const { store, queue, registry, active, log, loop, settings } = this.#context;
    // Before anything is taken: schedulers have to know, and nobody may fail a node for a type that is being served.
    await store.registerStatefulTypes(typesOf(registry).stateful);
    await this.#beat();
    this.#unlisten = await store.onAbort((notice) => active.heed(notice));
    const leave = leaveNewerRuns(log);
    const take: LaneHandler = (lane, context) =>
      leave(
        runLane(this.#context, lane, context, () => this.#stopping),
        { kind: "wait", delayMs: NEWER_RUN_WAIT_MS },
      );
    this.#consumer = await queue.consumeLanes(take, { pool: settings.pool, concurrency: settings.concurrency });
    // Told to stop while it started.
    if (starting.isStopped) return this.stop();
    this.#heartbeat.start();
    loop.start();
  }

  loops(): Loops {
    const { task } = this.#heartbeat;
    return { isTakingJobs: this.#consumer?.isRunning() ?? true, tasks: task === undefined ? [] : [task] };
  }

  /** Lets running nodes go on for `shutdownGraceMs`, then aborts them; what is not done by then goes back for other workers. */
  stop(): Promise<void> {
    this.#starting.isStopped = true;
    const consumer = this.#consumer;
    this.#consumer = undefined;
    if (consumer !== undefined) this.#stopped = this.#stop(consumer);
    return this.#stopped;
  }

  async #stop(consumer: JobConsumer): Promise<void> {
    this.#stopping = true;
    const { active, settings, slots, store } = this.#context;
    slots.close();
    const abort = setTimeout(() => active.abortAll("worker-stopping"), settings.shutdownGraceMs);
    await consumer.stop({ timeoutMs: settings.shutdownGraceMs + settings.abortGraceMs + HAND_BACK_MS });
    clearTimeout(abort);
    // While Redis is away these would wait for it; the worker's entry then expires by itself.
    await within(HAND_BACK_MS, this.#heartbeat.stop());
    this.#context.loop.stop();
    this.#context.times.stop();
    this.#unlisten?.();
    await within(HAND_BACK_MS, store.removeWorker({ worker: settings.worker }));
  }

  /** Also finds what a lost message did not tell: claims that moved, runs that stop. */
  async #beat(): Promise<void> {
    const { store, registry, active, settings } = this.#context;
    const lost = await store.heartbeat({
      worker: settings.worker,
      pool: settings.pool,
      types: typesOf(registry).all,
      version: settings.version,
      concurrency: settings.concurrency,
      claims: active.list(),
      ahead: active.listAhead(),
    });
    for (const token of lost) active.lose(token);
  }
}
