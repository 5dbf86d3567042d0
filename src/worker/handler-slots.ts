/** The places for nodes at work in one process. Whoever waits longest is next. */
export class HandlerSlots {
  readonly #waiting: ((hasPlace: boolean) => void)[] = [];
  #free: number;
  #isClosed = false;

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves with whether there is a place: not once the slots are closed. Each place that was had is given back. */
  acquire(): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false);
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
    return Promise.resolve(true);
  }

  /** Takes so many places, or as many as are free, and answers how many. */
  take(count: number): number {
    const taken = this.#isClosed ? 0 : Math.min(count, this.#free);
    this.#free -= taken;
    return taken;
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next(true);
  }

  /** Sends everybody away who waits, and who comes later. */
  close(): void {
    this.#isClosed = true;
    for (const tell of this.#waiting.splice(0)) tell(false);
  }

  open(): void {
    this.#isClosed = false;
  }
}
