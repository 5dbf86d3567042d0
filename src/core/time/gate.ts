/** Lets everybody through: for work that has nothing to wait for. */
export const OPEN_GATE: Pick<Gate, "pass"> = { pass: (work) => work() };

/** Who waits, and who comes behind. A list of thousands would be moved up for each that leaves. */
interface Waiting {
  readonly enter: () => void;
  next: Waiting | undefined;
}

/** Lets so many through at a time. Whoever waits longest is next. */
export class Gate {
  #first: Waiting | undefined;
  #last: Waiting | undefined;
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Does work as soon as there is room for it: at once, if there is. Who waits by the thousand is to hold little. */
  pass<T>(work: () => Promise<T>): Promise<T> {
    // Behind a promise of its own it goes on in the caller's async context, with the caller's trace.
    if (this.#free === 0) return new Promise<void>((enter) => this.#append(enter)).then(() => this.#do(work));
    this.#free -= 1;
    return this.#do(work);
  }

  async #do<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      const next = this.#takeFirst();
      if (next === undefined) this.#free += 1;
      else next.enter();
    }
  }

  #append(enter: () => void): void {
    const waiting: Waiting = { enter, next: undefined };
    if (this.#last === undefined) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
  }

  #takeFirst(): Waiting | undefined {
    const first = this.#first;
    if (first === undefined) return undefined;
    this.#first = first.next;
    if (this.#first === undefined) this.#last = undefined;
    // Once it has grown old it would keep all those behind it, which have not.
    first.next = undefined;
    return first;
  }
}
