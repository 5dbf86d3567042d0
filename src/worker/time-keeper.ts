import type { Logger } from "../core/ports/logger.ts";
import type { WorkerStore } from "../core/ports/worker-store.ts";
import type { HandlerSample, HandlerTimes } from "../core/run/handler-times.ts";

/** How soon what was seen is told, in ms: a level or two later. */
const TELL_AFTER_MS = 50;

/** Measures how long handlers take, and tells the store now and then, so that schedulers can plan by it. */
export class TimeKeeper {
  readonly #store: Pick<WorkerStore, "noteHandlerTimes">;
  readonly #log: Logger;
  #samples = new Map<string, { count: number; sumMs: number }>();
  #known: HandlerTimes = new Map();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Pick<WorkerStore, "noteHandlerTimes">, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  /** What was known when the store was last told. */
  get known(): HandlerTimes {
    return this.#known;
  }

  note(type: string, ms: number): void {
    const sample = this.#samples.get(type);
    if (sample === undefined) this.#samples.set(type, { count: 1, sumMs: ms });
    else {
      sample.count += 1;
      sample.sumMs += ms;
    }
    this.#timer ??= setTimeout(() => void this.#tell(), TELL_AFTER_MS).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    const samples = new Map<string, HandlerSample>();
    for (const [type, { count, sumMs }] of this.#samples) samples.set(type, { count, meanMs: sumMs / count });
    this.#samples = new Map();
    try {
      this.#known = await this.#store.noteHandlerTimes(samples);
    } catch (error) {
      // Only a hint: it is told again with what comes next.
      this.#log.debug({ err: error }, "handler times were not told");
    }
  }
}
