/**
 * Whether a job is still with the consumer that has it. It is lost once: when the queue gave it to somebody else, or could not keep its lock.
 * An `AbortSignal` would say no more, and takes as long to make as a quick node takes to run.
 */
export class JobHold {
  readonly #listeners: (() => void)[] = [];
  #isLost = false;

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Calls back once it is lost, at once if it is by now. */
  whenLost(listener: () => void): void {
    if (this.#isLost) listener();
    else this.#listeners.push(listener);
  }

  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    for (const listener of this.#listeners) listener();
  }
}
