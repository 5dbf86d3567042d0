import type { Logger } from "../core/ports/logger.ts";
import type { Observer } from "../core/ports/observer.ts";
import type { WorkerStore } from "../core/ports/worker-store.ts";
import type { HandlerSample, HandlerTimes } from "../core/run/handler-times.ts";
import { Remembered } from "../core/time/remembered.ts";
import type { TurnWatch } from "../core/time/turn-watch.ts";

/** How soon what was seen is told, in ms: a level or two later. */
const TELL_AFTER_MS = 50;
/** So many handlers say more than what was known before. */
const TELLING_COUNT = 8;
/** How old what other processes have seen may be, in ms. */
const KNOWN_MAX_AGE_MS = 1_000;

/** One handler at work. */
export interface HandlerMeasure {
  /** It has been called, and has returned: a result, or the promise of one. */
  returned(): void;
  /** It has a result. */
  settled(): void;
}

export interface TimeKeeperOptions {
  readonly store: Pick<WorkerStore, "noteHandlerTimes" | "readHandlerTimes">;
  readonly turns: Pick<TurnWatch, "current">;
  readonly log: Logger;
  readonly observer?: Pick<Observer, "handlerEnded"> | undefined;
}

/** Measures how long handlers take, and tells the store now and then, so that schedulers can plan by it. */
export class TimeKeeper {
  readonly #store: TimeKeeperOptions["store"];
  readonly #turns: TimeKeeperOptions["turns"];
  readonly #log: Logger;
  readonly #observer: TimeKeeperOptions["observer"];
  #samples = new Map<string, { count: number; sumMs: number }>();
  readonly #remembered: Remembered<HandlerTimes>;
  #known: HandlerTimes = new Map();
  /** Of types that were told of when this process ran them first, until the store answers. */
  readonly #firstMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ store, turns, log, observer }: TimeKeeperOptions) {
    this.#store = store;
    this.#turns = turns;
    this.#log = log;
    this.#observer = observer;
    this.#remembered = new Remembered(() => this.#read(), { maxAgeMs: KNOWN_MAX_AGE_MS });
  }

  /** What is known of all processes, up to a second ago. */
  known(): Promise<HandlerTimes> {
    return this.#remembered.get();
  }

  /** The same, if it is at hand. */
  peek(): HandlerTimes | undefined {
    return this.#remembered.peek();
  }

  /**
   * How long handlers of a type take, in ms, by what this process has seen since the store was last told; by what was known then, where that is
   * little: one of a few that was held up says nothing of the others.
   */
  expectedMs(type: string): number | undefined {
    const known = this.#known.get(type) ?? this.#firstMs.get(type);
    const { count, sumMs } = this.#samples.get(type) ?? { count: 0, sumMs: 0 };
    const isKnownBetter = known !== undefined && count < TELLING_COUNT;
    return isKnownBetter || count === 0 ? known : sumMs / count;
  }

  /** Begins to measure a handler that is called now. */
  begin(type: string): HandlerMeasure {
    const [startedAt, startedIn] = [performance.now(), this.#turns.current()];
    let ownMs = 0;
    return {
      returned: () => void (ownMs = performance.now() - startedAt),
      settled: () => {
        // One that settles in the turn in which it was called has waited for nothing; what others did in that turn is not its time.
        const hasWaited = this.#turns.current() !== startedIn;
        this.#note(type, hasWaited ? performance.now() - startedAt : ownMs, hasWaited);
      },
    };
  }

  #note(type: string, ms: number, hasWaited: boolean): void {
    this.#observer?.handlerEnded(type, ms);
    // One that has waited may wait for longer the next time; one that computes is known by its first run.
    const isNew = !hasWaited && !this.#known.has(type) && !this.#firstMs.has(type);
    if (isNew) this.#firstMs.set(type, ms);
    const sample = this.#samples.get(type);
    if (sample === undefined) this.#samples.set(type, { count: 1, sumMs: ms });
    else {
      sample.count += 1;
      sample.sumMs += ms;
    }
    // Whoever plans the level behind that node wants to know.
    if (isNew) void this.#tell();
    else this.#timer ??= setTimeout(() => void this.#tell(), TELL_AFTER_MS).unref();
  }

  /** Tells what it has not told yet, if it still can. */
  stop(): void {
    if (this.#timer !== undefined) void this.#tell();
  }

  async #read(): Promise<HandlerTimes> {
    return this.#keep(await this.#store.readHandlerTimes());
  }

  #keep(known: HandlerTimes): HandlerTimes {
    this.#known = known;
    for (const type of known.keys()) this.#firstMs.delete(type);
    return known;
  }

  async #tell(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const samples = new Map<string, HandlerSample>();
    for (const [type, { count, sumMs }] of this.#samples) samples.set(type, { count, meanMs: sumMs / count });
    this.#samples = new Map();
    try {
      this.#keep(await this.#store.noteHandlerTimes(samples));
    } catch (error) {
      // Only a hint: what comes next says as much.
      this.#log.debug({ err: error }, "handler times were not told");
      this.#firstMs.clear();
    }
  }
}
