import { LevelflowError } from "../core/errors/levelflow-error.ts";

/**
 * Has a role start and stop in the order in which it was told to: what is begun anew while the end of what was before is under way would be taken
 * from under it.
 */
export class Lifecycle {
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  /** Of all stops so far, and of the starts that they were too early for. */
  #ended: Promise<unknown> | undefined;
  #stopCount = 0;

  /** Begins, behind a stop that is under way; `CLOSED` if there comes another by then. Who calls while it is under way waits for the same. */
  start(begin: () => Promise<void>): Promise<void> {
    if (this.#starting !== undefined) return this.#starting;
    const starting = this.#begin(begin).finally(() => {
      if (this.#starting === starting) this.#starting = undefined;
    });
    this.#starting = starting;
    return starting;
  }

  /** Ends, also what is just beginning, and does not wait for that. Who calls while it is under way waits for the same. */
  stop(end: () => Promise<void>): Promise<void> {
    this.#stopCount += 1;
    this.#stopping ??= end().finally(() => (this.#stopping = undefined));
    this.#ended = Promise.allSettled([this.#ended, this.#stopping, this.#starting]);
    this.#starting = undefined;
    return this.#stopping;
  }

  async #begin(begin: () => Promise<void>): Promise<void> {
    const stopCount = this.#stopCount;
    if (this.#ended !== undefined) await this.#ended;
    if (stopCount !== this.#stopCount) throw new LevelflowError("CLOSED", "it was stopped before it had started");
    await begin();
  }
}
