/** How long work that never waits may go on before the event loop gets its turn, in ms. */
const MAX_TURN_MS = 4;

/** How long what is better not interrupted may go on, in ms. */
const MAX_LATE_TURN_MS = 8;

/** How often it may go on in between, should no time pass by the clock. */
const MAX_STEPS_PER_TURN = 256;

/** As it was when this was loaded: tests of applications put other clocks in its place, which may never come round. */
const atNextTurn = setImmediate;

/**
 * Tells work that goes on from one promise to the next when to let the event loop turn, so that timers, signals and other work of the
 * process come through. A turn costs as much as a quick node does: so not each step has one of its own.
 */
export class TurnWatch {
  readonly #now: () => number;
  /** When this turn was first asked about. */
  #startedAt: number | undefined;
  #stepCount = 0;
  #turnCount = 0;
  #turning: Promise<void> | undefined;

  /** `now`: what time passes by, in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A number for this turn: the same for as long as the event loop has not turned. */
  current(): number {
    this.#begin();
    return this.#turnCount;
  }

  /** Whether the next step has to wait for a turn. `steps`: what it counts for, if it is several that nobody asks about. */
  isDue(steps = 1): boolean {
    const startedAt = this.#begin();
    this.#stepCount += steps;
    if (this.#turning !== undefined || this.#stepCount > MAX_STEPS_PER_TURN) return true;
    return this.#now() > startedAt + MAX_TURN_MS;
  }

  /** Whether a step that is better not put off has to wait all the same. */
  isLate(): boolean {
    return this.#now() > this.#begin() + MAX_LATE_TURN_MS;
  }

  /** Resolves once the event loop has turned, for all who wait for that at a time. */
  turn(): Promise<void> {
    this.#turning ??= new Promise((resolve) => {
      atNextTurn(() => {
        this.#turning = undefined;
        this.#end(this.#turnCount);
        resolve();
      });
    });
    return this.#turning;
  }

  #begin(): number {
    if (this.#startedAt !== undefined) return this.#startedAt;
    this.#stepCount = 0;
    const turn = this.#turnCount;
    atNextTurn(() => this.#end(turn));
    return (this.#startedAt = this.#now());
  }

  /** Once a turn: whoever waited for it is to find a new one. */
  #end(turn: number): void {
    if (this.#turnCount !== turn) return;
    this.#startedAt = undefined;
    this.#turnCount += 1;
  }
}

/** That of this process, which has one event loop: whoever works without waiting counts, however many of them there are. */
export const TURNS = new TurnWatch();
