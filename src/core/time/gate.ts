/** Lets everybody through: for work that has nothing to wait for. */
export const OPEN_GATE: Pick<Gate, "pass"> = { pass: (work) => work() };

/** Lets so many through at a time. Whoever waits longest is next. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Does work as soon as there is room for it: at once, if there is. Who waits by the thousand is to hold little. */
  pass<T>(work: () => Promise<T>): Promise<T> {
    // Behind a promise of its own it goes on in the caller's async context, with the caller's trace.
    if (this.#free === 0) return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(() => this.#do(work));
    this.#free -= 1;
    return this.#do(work);
  }

  async #do<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
