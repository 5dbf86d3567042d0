import { setTimeout as sleep } from "node:timers/promises";
import { parseSettings } from "../../src/core/config/settings.ts";
import { createNodeRegistry } from "../../src/core/node/node-registry.ts";
import type { JobQueue } from "../../src/core/ports/job-queue.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { RunStore } from "../../src/core/ports/run-store.ts";
import { RunProducer } from "../../src/producer/run-producer.ts";
import { createMemoryQueue } from "../../src/queue/memory/memory-job-queue.ts";
import { RunScheduler } from "../../src/scheduler/run-scheduler.ts";
import { createMemoryStore } from "../../src/store/memory/memory-run-store.ts";
import { ActiveClaims } from "../../src/worker/active-claims.ts";
import { LoopWatch } from "../../src/worker/loop-watch.ts";
import { ResultCache } from "../../src/worker/result-cache.ts";
import { RunCache } from "../../src/worker/run-cache.ts";
import { RunWorker } from "../../src/worker/run-worker.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { History } from "./history.ts";
import { queueFor, storeFor } from "./process-adapters.ts";
import { ConnectionLost, SimulatedProcess } from "./simulated-process.ts";
import { nodesOf, type Outside } from "./workload.ts";

type RoleName = "scheduler" | "worker";

/** Times of a tenth of the usual ones: what matters is how they relate to each other. */
const SETTINGS = {
  ...parseSettings({
    abortGraceMs: 300,
    unknownTypeGraceMs: 0,
    adaptiveLanes: true,
    sweepIntervalMs: 300,
    deadlinePollMs: 50,
    heartbeatMs: 150,
    maxCrashCount: 1_000_000,
  }),
  sweepMinAgeMs: 200,
  retentionMs: 24 * 3_600_000,
  shutdownGraceMs: 0,
};

/** What is answered first took effect first: the laws are held against the order of answers. */
const NO_TURNS = { isDue: () => false, turn: () => Promise.resolve() };

export interface WorldOptions {
  readonly random: () => number;
  readonly now: () => number;
  readonly faults: FaultPlan;
  readonly history: History;
  readonly outside: Outside;
}

/** One Redis, and the processes that come and go around it. */
export class World {
  /** The truth, with no fault in between. */
  readonly store: RunStore;
  readonly queue: JobQueue = createMemoryQueue();
  readonly #options: WorldOptions;
  readonly #processes = new Set<SimulatedProcess>();
  #startedCount = 0;
  #clockSkewMs = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.store = createMemoryStore({ now: () => options.now() + this.#clockSkewMs, turns: NO_TURNS });
  }

  get startedCount(): number {
    return this.#startedCount;
  }

  /** Starts a process, and another in its place whenever one dies. */
  keep(role: RoleName): void {
    const process = this.#open(role, () => void sleep(this.#options.faults.between(0, 500)).then(() => this.keep(role)));
    const instance = role === "scheduler" ? this.#scheduler(process) : this.#worker(process);
    void insist(() => instance.start());
  }

  /** A producer in a process of its own, which is not started again. */
  openProducer(): { readonly producer: RunProducer; readonly process: SimulatedProcess } {
    const process = this.#open("producer", () => undefined);
    return { producer: this.#producer(this.#storeFor(process), this.#queueFor(process)), process };
  }

  /** A producer that sees the truth. */
  openWitness(): RunProducer {
    return this.#producer(this.#options.history.record(this.store, "witness"), this.queue);
  }

  jumpClock(ms: number): void {
    this.#clockSkewMs += ms;
  }

  /** Ends every process at once; those that are kept come back. */
  killAll(): void {
    for (const process of [...this.#processes]) process.crash();
  }

  async end(): Promise<void> {
    await this.queue.stop();
    await this.store.stop();
  }

  #open(role: RoleName | "producer", onDeath: () => void): SimulatedProcess {
    this.#startedCount += 1;
    const process = new SimulatedProcess(`${role}-${String(this.#startedCount)}`, this.#options.faults, () => {
      this.#processes.delete(process);
      onDeath();
    });
    this.#processes.add(process);
    return process;
  }

  #scheduler(process: SimulatedProcess): RunScheduler {
    return new RunScheduler({
      store: this.#storeFor(process),
      queue: this.#queueFor(process),
      settings: { ...SETTINGS, scheduler: process.name, concurrency: 4 },
      builtinTypes: new Map([["tally", true]]),
      random: this.#options.random,
      log: SILENT_LOGGER,
    });
  }

  #worker(process: SimulatedProcess): RunWorker {
    const store = this.#storeFor(process);
    let tokenCount = 0;
    return new RunWorker({
      store,
      queue: this.#queueFor(process),
      registry: createNodeRegistry(nodesOf(process, this.#options.outside)),
      settings: { ...SETTINGS, worker: process.name, pool: "default", concurrency: 1 + Math.floor(this.#options.random() * 4) },
      active: new ActiveClaims(),
      loop: new LoopWatch(SILENT_LOGGER),
      runs: new RunCache(store),
      results: new ResultCache(store),
      readSecret: () => undefined,
      newToken: () => `${process.name}.${String((tokenCount += 1))}`,
      random: this.#options.random,
      log: SILENT_LOGGER,
    });
  }

  #producer(store: RunStore, queue: JobQueue): RunProducer {
    const { maxNodes, maxEdges, maxPayloadBytes, abortGraceMs } = SETTINGS;
    const limits = { maxNodes, maxEdges, maxPayloadBytes };
    const settings = { limits, runOrder: SETTINGS.runOrder, abortGraceMs, eventPollMs: 50, resultPollMs: 200 };
    return new RunProducer({ ready: async () => {}, store, queue, settings, log: SILENT_LOGGER });
  }

  #storeFor(process: SimulatedProcess): RunStore {
    return storeFor(this.store, { process, ...this.#options });
  }

  #queueFor(process: SimulatedProcess): JobQueue {
    return queueFor(this.queue, { process, ...this.#options });
  }
}

/** Does something again until the connection holds. */
export async function insist<T>(action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
    }
  }
}
