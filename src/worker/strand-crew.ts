/** Says to one who rests whether all others do so too, or have ended. */
type Waker = (isAlone: boolean) => void;

/** The strands of one lane: how many are at work, so that the last one to rest sends the lane away instead of holding its place. */
export class StrandCrew {
  readonly #resting = new Set<Waker>();
  #atWorkCount: number;

  constructor(count: number) {
    this.#atWorkCount = count;
  }

  /** Rests for as long, but not beyond the end of the others' work. Answers whether nobody is at work any more. */
  async rest(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const wake: Waker = (isAlone) => {
        clearTimeout(timer);
        this.#resting.delete(wake);
        if (!isAlone) this.#atWorkCount += 1;
        resolve(isAlone);
      };
      const timer = setTimeout(() => wake(false), ms);
      this.#resting.add(wake);
      this.leave();
    });
  }

  /** One of them ends. */
  leave(): void {
    this.#atWorkCount -= 1;
    if (this.#atWorkCount === 0) for (const wake of this.#resting) wake(true);
  }
}
