import { setTimeout as sleep } from "node:timers/promises";
import type { JobConsumer } from "../../src/core/ports/job-queue.ts";
import type { FaultPlan } from "./fault-plan.ts";

/** What a caller sees of a connection that failed: it cannot tell whether its request took effect. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

const NEVER = new Promise<never>(() => undefined);

/** How long a queue keeps a job for a consumer that is silent. */
export const LOCK_MS = 500;

/**
 * A process that may die or stand still between any two of its steps. It reaches the world through calls alone: one that is dead sends
 * nothing more and hears no answer, though what it had sent may still arrive.
 */
export class SimulatedProcess {
  readonly name: string;
  readonly #faults: FaultPlan;
  readonly #consumers = new Set<JobConsumer>();
  readonly #lockLossListeners = new Set<() => void>();
  readonly #onDeath: (process: SimulatedProcess) => void;
  /** Whether requests arrive in the order in which they were made, as over one connection; else each finds its own way. */
  readonly #keepsOrder: boolean;
  #lastArrival: Promise<unknown> = Promise.resolve();
  #isAlive = true;
  #thawed: Promise<unknown> | undefined;

  constructor(name: string, faults: FaultPlan, onDeath: (process: SimulatedProcess) => void) {
    this.name = name;
    this.#faults = faults;
    this.#onDeath = onDeath;
    this.#keepsOrder = faults.between(0, 2) < 1;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isResponsive(): boolean {
    return this.#isAlive && this.#thawed === undefined;
  }

  /** A request and its reply. */
  async call<T>(effect: () => Promise<T>): Promise<T> {
    const before = this.#lastArrival;
    const arrival = this.#travel(before);
    this.#lastArrival = arrival;
    await arrival;
    if (this.#faults.strikes("lostRequest")) throw new ConnectionLost("the request was lost");
    const answer = await effect();
    await sleep(this.#faults.travelMs());
    await this.step();
    if (this.#faults.strikes("lostReply")) throw new ConnectionLost("the reply was lost");
    return answer;
  }

  async #travel(before: Promise<unknown>): Promise<void> {
    await this.step();
    await sleep(this.#faults.travelMs());
    if (this.#keepsOrder) await before;
  }

  /** A point at which the process may die or freeze. Resolves if it goes on, and when. */
  async step(): Promise<void> {
    if (!this.#isAlive) return NEVER;
    if (this.#faults.strikes("crash")) this.crash();
    else if (this.#faults.strikes("freeze")) this.#freeze(this.#faults.between(LOCK_MS / 2, LOCK_MS * 6));
    await this.#thawed;
    return this.isAlive ? undefined : NEVER;
  }

  /** Like `kill -9`. Its jobs are others' once their locks have expired. */
  crash(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    void sleep(this.#faults.between(0, LOCK_MS)).then(() => this.stopConsuming());
    this.#onDeath(this);
  }

  consume(consumer: JobConsumer): JobConsumer {
    this.#consumers.add(consumer);
    return consumer;
  }

  async stopConsuming(): Promise<void> {
    for (const consumer of this.#consumers) await consumer.stop({ timeoutMs: 0 });
  }

  /** Calls back when the locks of the process have expired although it lives. Answers what ends that. */
  onLockLoss(listener: () => void): () => void {
    this.#lockLossListeners.add(listener);
    return () => this.#lockLossListeners.delete(listener);
  }

  #freeze(ms: number): void {
    if (this.#thawed !== undefined) return;
    this.#thawed = sleep(ms).then(() => (this.#thawed = undefined));
    if (ms < LOCK_MS) return;
    void sleep(LOCK_MS).then(() => {
      for (const listener of this.#lockLossListeners) listener();
    });
  }
}
