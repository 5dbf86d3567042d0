/** Has a role start and stop in the order in which it was told to: what is begun anew while the end is under way would be taken from under it. */
export class Lifecycle {
  #stopping: Promise<void> | undefined;
  #stopCount = 0;

  /** Begins, behind a stop that is under way; not at all if there comes another by then. `begin` may be called again while it is under way. */
  async start(begin: () => Promise<void>): Promise<void> {
    const stopCount = this.#stopCount;
    // How that ends is its caller's affair.
    if (this.#stopping !== undefined) await this.#stopping.catch(() => undefined);
    if (stopCount === this.#stopCount) await begin();
  }

  /** Ends, also what is just beginning. Who calls while it is under way waits for the same. */
  stop(end: () => Promise<void>): Promise<void> {
    this.#stopCount += 1;
    this.#stopping ??= end().finally(() => (this.#stopping = undefined));
    return this.#stopping;
  }
}
