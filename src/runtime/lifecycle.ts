import { LevelflowError } from "../core/errors/levelflow-error.ts";

/** What a role is made of. */
interface Part {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the parts of a role one after the other, and stops them the other way round, in the order in which it is told to: what is begun anew
 * while the end of what was before is under way would be taken from under it.
 */
export class Lifecycle {
  readonly #parts: readonly Part[];
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  /** Of all stops so far, and of the starts that they were too early for. */
  #ended: Promise<unknown> | undefined;
  #stopCount = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** Begins, behind a stop that is under way; `CLOSED` if there comes another by then. Who calls while it is under way waits for the same. */
  start(): Promise<void> {
    if (this.#starting !== undefined) return this.#starting;
    const starting = this.#begin().finally(() => {
      if (this.#starting === starting) this.#starting = undefined;
    });
    this.#starting = starting;
    return starting;
  }

  /** Ends, also what is just beginning, and does not wait for that. Who calls while it is under way waits for the same. */
  stop(): Promise<void> {
    this.#stopCount += 1;
    this.#stopping ??= this.#end().finally(() => (this.#stopping = undefined));
    this.#ended = Promise.allSettled([this.#ended, this.#stopping, this.#starting]);
    this.#starting = undefined;
    return this.#stopping;
  }

  async #begin(): Promise<void> {
    const stopCount = this.#stopCount;
    if (this.#ended !== undefined) await this.#ended;
    for (const part of this.#parts) {
      if (stopCount !== this.#stopCount) throw new LevelflowError("CLOSED", "it was stopped before it had started");
      await part.start();
    }
  }

  async #end(): Promise<void> {
    for (const part of this.#parts.toReversed()) await part.stop();
  }
}
