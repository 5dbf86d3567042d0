import { AsyncResource } from "node:async_hooks";

/** Lets everybody through: for work that has nothing to wait for. */
export const OPEN_GATE: Pick<Gate, "pass"> = { pass: (work) => work() };

/** Work that waits for its turn, what is to become of it, and who comes behind it. A list of thousands would be moved up for each that leaves. */
interface Waiting {
  readonly work: () => Promise<unknown>;
  readonly resolve: (outcome: unknown) => void;
  next: Waiting | undefined;
}

export interface GateOptions {
  /** Whether work that had to wait is done in its caller's async context, where its trace is. @default false */
  readonly keepsContext?: boolean;
}

/** Lets so many through at a time. Whoever waits longest is next. */
export class Gate {
  #first: Waiting | undefined;
  #last: Waiting | undefined;
  readonly #keepsContext: boolean;
  #free: number;

  constructor(count: number, { keepsContext = false }: GateOptions = {}) {
    this.#free = count;
    this.#keepsContext = keepsContext;
  }

  /** Does work as soon as there is room for it: at once, if there is. Who waits by the thousand is to hold little. */
  pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) {
      this.#free -= 1;
      return this.#do(work);
    }
    return new Promise((resolve) => {
      const own = this.#keepsContext ? AsyncResource.bind(work) : work;
      const waiting: Waiting = { work: own, resolve: resolve as Waiting["resolve"], next: undefined };
      if (this.#last === undefined) this.#first = waiting;
      else this.#last.next = waiting;
      this.#last = waiting;
    });
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

  async #do<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      const next = this.#takeFirst();
      if (next === undefined) this.#free += 1;
      else next.resolve(this.#do(next.work));
    }
  }
}
