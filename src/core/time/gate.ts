/** Lets everybody through: for work that has nothing to wait for. */
export const OPEN_GATE: Pick<Gate, "pass"> = { pass: (work) => work() };

/** Lets so many through at a time. Whoever waits longest is next. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Does work as soon as there is room for it: at once, if there is. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
