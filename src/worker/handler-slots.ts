/** One who wants a place. */
export interface PlaceRequest {
  /** Whether there is a place: not once the slots are closed, nor once the request is withdrawn. Each place that was had is given back. */
  readonly granted: Promise<boolean>;
  /** Goes away, unless the place is had already. */
  withdraw(): void;
}

type Tell = (hasPlace: boolean) => void;

const GRANTED: PlaceRequest = { granted: Promise.resolve(true), withdraw: () => undefined };
const REFUSED: PlaceRequest = { granted: Promise.resolve(false), withdraw: () => undefined };

/** The places for nodes at work in one process. Whoever waits longest is next. */
export class HandlerSlots {
  readonly #waiting = new Set<Tell>();
  #free: number;
  #isClosed = false;

  constructor(count: number) {
    this.#free = count;
  }

  request(): PlaceRequest {
    if (this.#isClosed) return REFUSED;
    if (this.take(1) === 1) return GRANTED;
    let tell: Tell = () => undefined;
    const granted = new Promise<boolean>((resolve) => (tell = resolve));
    this.#waiting.add(tell);
    const withdraw = (): void => {
      if (this.#waiting.delete(tell)) tell(false);
    };
    return { granted, withdraw };
  }

  get freeCount(): number {
    return this.#isClosed ? 0 : this.#free;
  }

  /** Takes so many places, or as many as are free, and answers how many. */
  take(count: number): number {
    const taken = this.#isClosed ? 0 : Math.min(count, this.#free);
    this.#free -= taken;
    return taken;
  }

  release(): void {
    for (const tell of this.#waiting) {
      this.#waiting.delete(tell);
      tell(true);
      return;
    }
    this.#free += 1;
  }

  /** Sends everybody away who waits, and who comes later. */
  close(): void {
    this.#isClosed = true;
    for (const tell of this.#waiting) tell(false);
    this.#waiting.clear();
  }

  open(): void {
    this.#isClosed = false;
  }
}
