import type { Logger } from "../ports/logger.ts";

export interface TickerOptions {
  /** Named in the log when a tick fails. */
  readonly name: string;
  readonly intervalMs: number;
  readonly log: Logger;
}

/** Something that a loop of a role is busy with. */
export interface Task {
  readonly name: string;
  /** On the clock of `performance.now()`. */
  readonly since: number;
}

/** Does something again and again, one at a time, until it is stopped. A tick that fails is logged; the next one comes all the same. */
export class Ticker {
  readonly #tick: () => Promise<void>;
  readonly #options: TickerOptions;
  #beginning: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #started = false;
  #busySince: number | undefined;
  /** On the clock of `performance.now()`. */
  #dueAt = Infinity;

  constructor(tick: () => Promise<void>, options: TickerOptions) {
    this.#tick = tick;
    this.#options = options;
  }

  /** What the tick that is under way does, and since when (`performance.now()`); `undefined` between two ticks. */
  get task(): Task | undefined {
    return this.#busySince === undefined ? undefined : { name: this.#options.name, since: this.#busySince };
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    // What is over before the event loop turns, as a small run in memory is, sets no timer.
    this.#beginning = setImmediate(() => this.#schedule());
  }

  /** Has the next tick come within so many ms. */
  hurry(ms: number): void {
    const dueAt = performance.now() + ms;
    if (dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    // One that is under way, or has not begun, comes to it by itself.
    if (this.#timer !== undefined) this.#sleep();
  }

  /** Resolves when a tick under way has ended. */
  stop(): Promise<void> {
    this.#started = false;
    clearImmediate(this.#beginning);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueAt = Infinity;
    return this.#running;
  }

  #schedule(): void {
    this.#dueAt = Math.min(this.#dueAt, performance.now() + this.#options.intervalMs);
    this.#sleep();
  }

  #sleep(): void {
    clearTimeout(this.#timer);
    const run = (): void => void (this.#running = this.#run());
    this.#timer = setTimeout(run, Math.max(0, this.#dueAt - performance.now()));
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#dueAt = Infinity;
    this.#busySince = performance.now();
    try {
      await this.#tick();
    } catch (error) {
      this.#options.log.warn({ err: error }, `${this.#options.name} failed; it is tried again`);
    } finally {
      this.#busySince = undefined;
    }
    if (this.#started) this.#schedule();
  }
}
