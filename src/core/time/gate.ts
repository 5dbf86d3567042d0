import { AsyncResource } from "node:async_hooks";

/** Lets everybody through: for work that has nothing to wait for. */
export const OPEN_GATE: Pick<Gate, "pass"> = { pass: (work) => work() };

/** Work that waits for its turn, and what is to become of it. */
interface Waiting {
  readonly work: () => Promise<unknown>;
  readonly resolve: (outcome: unknown) => void;
}

export interface GateOptions {
  /** Whether work that had to wait is done in its caller's async context, where its trace is. @default false */
  readonly keepsContext?: boolean;
}

/** Lets so many through at a time. Whoever waits longest is next. */
export class Gate {
  readonly #waiting: Waiting[] = [];
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
      this.#waiting.push({
        work: this.#keepsContext ? AsyncResource.bind(work) : work,
        resolve: resolve as Waiting["resolve"],
      });
    });
  }

  async #do<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next.resolve(this.#do(next.work));
    }
  }
}
